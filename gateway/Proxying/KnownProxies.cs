using System.Net;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.HttpOverrides;

namespace MariosPizzeria.Gateways.Proxying;

/// <summary>
/// Believes <c>X-Forwarded-For</c> and <c>-Proto</c> from the proxies that <c>KnownProxies</c> names (addresses or networks,
/// comma-separated), and from nobody where it is not set.
/// </summary>
internal static class KnownProxies
{
    private const string Setting = "KnownProxies";

    public static void AddKnownProxies(this WebApplicationBuilder builder)
    {
        var networks = new List<System.Net.IPNetwork>();
        foreach (var text in Texts(builder.Configuration))
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
        if (Texts(app.Configuration).Length > 0)
        {
            app.UseForwardedHeaders();
        }
    }

    private static string[] Texts(IConfiguration configuration) =>
        configuration[Setting]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
