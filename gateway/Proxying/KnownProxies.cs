using System.Collections.Concurrent;
using System.Net;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.HttpOverrides;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// Applies <c>X-Forwarded-For</c> and <c>-Proto</c> from the proxies in <c>KnownProxies</c> (addresses or networks, comma-separated), or
/// from none if it is not set. If another address sends them, a warning is logged: behind a proxy that is not listed, all customers
/// share one address, and cookies lack <c>Secure</c>.
/// </summary>
internal static class KnownProxies
{
    private const string Setting = "KnownProxies";

    public static void AddKnownProxies(this WebApplicationBuilder builder)
    {
        var networks = new List<System.Net.IPNetwork>();
        foreach (
            var text in builder.Configuration[Setting]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ?? []
        )
        {
            if (System.Net.IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(text, out var address))
            {
                networks.Add(new(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                builder.ReportError(Setting, "is not a list of addresses or networks (10.0.0.0/8)");
            }
        }

        builder.Services.AddSingleton(new ProxyNetworks(networks));
        if (networks.Count == 0)
        {
            return;
        }

        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            networks.ForEach(options.KnownIPNetworks.Add);
        });
    }

    public static void UseKnownProxies(this WebApplication app)
    {
        app.UseMiddleware<UnknownProxies>();
        if (app.Services.GetRequiredService<ProxyNetworks>().All.Count > 0)
        {
            app.UseForwardedHeaders();
        }
    }
}

/// <summary>The networks in <c>KnownProxies</c>; empty if it is not set.</summary>
internal sealed record ProxyNetworks(IReadOnlyList<System.Net.IPNetwork> All);

/// <summary>Logs ignored forwarded headers, once per address and for a few addresses at most.</summary>
internal sealed partial class UnknownProxies(RequestDelegate next, ProxyNetworks known, ILogger<UnknownProxies> logger)
{
    // Any client can send such a header: the limit is enough to find the proxy among some clients, and bounds the log.
    private const int MaxWarnings = 8;

    private static readonly string[] Forwarding = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"];

    private readonly ConcurrentDictionary<IPAddress, bool> _warnedOf = new();

    public Task InvokeAsync(HttpContext context)
    {
        if (
            Array.Find(Forwarding, context.Request.Headers.ContainsKey) is { } header
            && context.Connection.RemoteIpAddress is { } address
            && Plain(address) is var peer
            && !known.All.Any(network => network.Contains(peer))
            && _warnedOf.Count < MaxWarnings
            && _warnedOf.TryAdd(peer, value: true)
        )
        {
            LogUnknown(logger, header, peer);
        }

        return next(context);
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    [LoggerMessage(
        140,
        LogLevel.Warning,
        "{header} from {proxy} is ignored, because KnownProxies does not contain this address; add it if it is one of your proxies"
    )]
    private static partial void LogUnknown(ILogger logger, string header, IPAddress proxy);
}
