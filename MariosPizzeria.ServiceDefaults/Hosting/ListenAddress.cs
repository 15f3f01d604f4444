using System.Net;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>
/// The addresses on which a process listens: host <c>SERVER_HOST</c> (0.0.0.0), port <c>PORT</c>, else <c>ASPNETCORE_URLS</c>, else
/// <c>HTTP_PORTS</c>, else 8000. A listening socket that a supervisor hands over (systemd's LISTEN_FDS) is served in addition.
/// </summary>
internal static class ListenAddress
{
    private const ushort DefaultPort = 8000;
    private const ulong FirstInheritedSocket = 3;

    public static void Apply(WebApplicationBuilder builder)
    {
        var urls = Urls(builder);
        if (builder.Configuration["LISTEN_PID"] == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
        {
            if (!ushort.TryParse(builder.Configuration["LISTEN_FDS"], NumberStyles.None, CultureInfo.InvariantCulture, out var sockets))
            {
                builder.ReportError("LISTEN_FDS", "is not a number of sockets");
            }

            builder.WebHost.UseUrls();
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                for (var socket = 0; socket < sockets; socket++)
                {
                    kestrel.ListenHandle(FirstInheritedSocket + (ulong)socket);
                }

                foreach (var url in urls)
                {
                    var address = BindingAddress.Parse(url);
                    if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
                    {
                        kestrel.Listen(ip, address.Port);
                    }
                    else if (address.Host == "localhost")
                    {
                        kestrel.ListenLocalhost(address.Port);
                    }
                    else
                    {
                        kestrel.ListenAnyIP(address.Port);
                    }
                }
            });
        }
        else
        {
            builder.WebHost.UseUrls(urls);
        }
    }

    /// <summary>
    /// Returns the address of a process for callers on the same machine: a wildcard can be listened on, not connected to.
    /// </summary>
    public static Uri Reachable(BindingAddress listening)
    {
        var host = listening.Host switch
        {
            "0.0.0.0" or "*" or "+" => "127.0.0.1",
            "[::]" => "[::1]",
            var other => other,
        };
        return new($"http://{host}:{listening.Port}");
    }

    private static bool IsAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is { Scheme: "http" or "https", Port: >= 0 and <= ushort.MaxValue };
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string[] Urls(WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var host = configuration["SERVER_HOST"] is { Length: > 0 } named ? named : "0.0.0.0";
        if (host.Contains(':', StringComparison.Ordinal))
        {
            host = $"[{host}]";
        }

        if (configuration["PORT"] is { Length: > 0 } port)
        {
            return [Url("PORT", port)];
        }

        if (configuration["URLS"] is { Length: > 0 } urls)
        {
            var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (addresses.Length > 0 && addresses.All(IsAddress))
            {
                return addresses;
            }

            builder.ReportError("ASPNETCORE_URLS", "is not a list of http:// addresses");
        }

        if (configuration["HTTP_PORTS"] is { Length: > 0 } ports)
        {
            return
            [
                .. ports
                    .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(each => Url("HTTP_PORTS", each)),
            ];
        }

        return [$"http://{host}:{DefaultPort}"];

        string Url(string setting, string text)
        {
            if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                builder.ReportError(setting, "is not a port from 0 to 65535");
                text = "0";
            }

            return $"http://{host}:{text}";
        }
    }
}
