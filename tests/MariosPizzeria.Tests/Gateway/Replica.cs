using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>A replica of some service: a real server on a free port of this machine that answers as a test says.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _probes;

    private Replica(WebApplication app) => _app = app;

    /// <summary>What <c>/health/ready</c> says.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>What it says besides, as JSON.</summary>
    public string Health { get; set; } = """{"status":"ready","checks":{}}""";

    /// <summary>What it says of every account as the Order service: its access version.</summary>
    public long AccessVersion { get; set; }

    /// <summary>How often readiness was asked.</summary>
    public int Probes => Volatile.Read(ref _probes);

    /// <summary>Every request but the probes and questions about accounts, as <c>METHOD /path</c>.</summary>
    public ConcurrentQueue<string> Seen { get; } = [];

    public string Address => _app.Urls.Single();

    public static async Task<Replica> Start(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        // A character of a header stands for a byte, so that a test sees what was sent.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        var replica = new Replica(builder.Build());
        replica._app.Run(context => replica.Answer(context, answer));
        await replica._app.StartAsync();
        return replica;
    }

    /// <summary>A replica that answers 200 with its name.</summary>
    public static Task<Replica> Named(string name) => Start(context => context.Response.WriteAsync(name));

    /// <summary>An address at which nobody listens.</summary>
    public static string Nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://{listener.LocalEndpoint}";
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task Answer(HttpContext context, RequestDelegate answer)
    {
        if (context.Request.Path == "/health/ready")
        {
            Interlocked.Increment(ref _probes);
            context.Response.StatusCode = IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(Health);
        }

        if (
            context.Request.Path.StartsWithSegments("/internal/accounts", StringComparison.Ordinal)
            && context.Request.Path.Value!.EndsWith("/access", StringComparison.Ordinal)
        )
        {
            return context.Response.WriteAsJsonAsync(new { version = AccessVersion });
        }

        Seen.Enqueue($"{context.Request.Method} {context.Request.Path}");
        return answer(context);
    }
}
