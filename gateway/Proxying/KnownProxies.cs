using System.Collections.Concurrent;
using System.Net;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.HttpOverrides;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// Believes <c>X-Forwarded-For</c> and <c>-Proto</c> from the proxies that <c>KnownProxies</c> names (addresses or networks,
/// comma-separated), and from nobody where it is not set. Who else sends them is warned of in the log: behind a proxy that is not
/// named all customers share one address, and cookies lack <c>Secure</c>.
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
                builder.ReportFault(Setting, "is not a list of addresses or networks (10.0.0.0/8)");
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

/// <summary>The networks that <c>KnownProxies</c> names; none where it is not set.</summary>
internal sealed record ProxyNetworks(IReadOnlyList<System.Net.IPNetwork> All);

/// <summary>Says once of each address, and of a few at most, that forwarded headers come from it and are not believed.</summary>
internal sealed partial class UnknownProxies(RequestDelegate next, ProxyNetworks known, ILogger<UnknownProxies> logger)
{
    // Anybody can send such a header: enough to see the proxy among a few curious clients, and no way to fill the log.
    private const int MostWarnings = 8;

    private static readonly string[] Forwarding = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"];

    private readonly ConcurrentDictionary<IPAddress, bool> _warnedOf = new();

    public Task InvokeAsync(HttpContext context)
    {
        if (
            Array.Find(Forwarding, context.Request.Headers.ContainsKey) is { } header
            && context.Connection.RemoteIpAddress is { } address
            && Plain(address) is var peer
            && !known.All.Any(network => network.Contains(peer))
            && _warnedOf.Count < MostWarnings
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
        "{header} comes from {proxy}, which KnownProxies does not name, and is not believed: if it is a proxy of yours, name it there"
    )]
    private static partial void LogUnknown(ILogger logger, string header, IPAddress proxy);
}
