using System.Collections.Concurrent;
using System.Text;
using MariosPizzeria.ProcessHost.Machine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>A replica of a service: a real server on a free port of this machine that answers as a test defines.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _probes;

    private Replica(WebApplication app) => _app = app;

    /// <summary>Whether <c>/health/ready</c> answers with 200; otherwise with 503.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>The body of that answer, as JSON.</summary>
    public string Health { get; set; } = """{"status":"ready","checks":{}}""";

    /// <summary>The access version of every account, as the Order service answers it.</summary>
    public long AccessVersion { get; set; }

    /// <summary>The number of readiness probes.</summary>
    public int Probes => Volatile.Read(ref _probes);

    /// <summary>All requests except probes and queries of accounts, as <c>METHOD /path</c>.</summary>
    public ConcurrentQueue<string> Seen { get; } = [];

    public string Address => _app.Urls.Single();

    public static async Task<Replica> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        // A character of a header stands for one byte, so that a test sees the bytes that were sent.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        var replica = new Replica(builder.Build());
        replica._app.Run(context => replica.AnswerAsync(context, answer));
        await replica._app.StartAsync();
        return replica;
    }

    /// <summary>Starts a replica that answers with 200 and its name.</summary>
    public static Task<Replica> NamedAsync(string name) => StartAsync(context => context.Response.WriteAsync(name));

    /// <summary>Returns an address at which nothing listens.</summary>
    public static string Nobody() => $"http://127.0.0.1:{LoopbackPort.Free()}";

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context, RequestDelegate answer)
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
