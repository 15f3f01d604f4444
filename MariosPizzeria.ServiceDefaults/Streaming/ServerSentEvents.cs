using System.Globalization;
using System.Text.Json;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MariosPizzeria.ServiceDefaults.Streaming;

/// <summary>
/// An answer of server-sent events (WHATWG HTML, 9.2). Ends as soon as the process begins to stop (the viewer connects again
/// elsewhere), and with the token that the viewer showed: when it expires, or access to its account is withdrawn.
/// </summary>
public sealed class ServerSentEvents
{
    // No proxy takes a connection for dead that says something this often.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly HttpResponse _response;

    private ServerSentEvents(HttpContext http, CancellationToken ending) =>
        (_response, Ending, After) = (http.Response, ending, Resumed(http));

    /// <summary>The viewer leaves, its token ends, or the process begins to stop.</summary>
    public CancellationToken Ending { get; }

    /// <summary>Id of the last event that the viewer has seen, of a viewer who comes again; null where it is none of ours.</summary>
    public long? After { get; }

    /// <summary>Begins the answer, and sends until <paramref name="send"/> returns or the stream ends.</summary>
    public static async Task Serve(HttpContext http, Func<ServerSentEvents, Task> send)
    {
        var lifetime = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        using var expiry = new CancellationTokenSource(TimeLeft(http, time), time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping, expiry.Token);
        var withdrawal = EndWhenWithdrawnAsync(http, ending);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            // The viewer knows at once that it is connected, also where there is nothing to send yet.
            await http.Response.StartAsync(ending.Token);
            await http.Response.Body.FlushAsync(ending.Token);
            await send(new(http, ending.Token));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The viewer left, its token ended, or the process stops.
        }
        finally
        {
            await ending.CancelAsync();
            await withdrawal;
        }
    }

    /// <summary>Sends one event, with the next <see cref="Flush"/> at the latest.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="id">What the viewer gives back as <c>Last-Event-ID</c> when it comes again; null for nothing.</param>
    /// <param name="data">The event's data, as JSON.</param>
    public Task Send<T>(string name, long? id, T data)
    {
        var line = id is { } number ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\n") : "";
        return _response.WriteAsync($"{line}event: {name}\ndata: {JsonSerializer.Serialize(data, PizzeriaJson.Options)}\n\n", Ending);
    }

    /// <summary>Brings to the viewer what was sent.</summary>
    public Task Flush() => _response.Body.FlushAsync(Ending);

    /// <summary>Waits for something to happen; a comment whenever nothing has for 15 s.</summary>
    public async Task Until(Task next)
    {
        while (true)
        {
            try
            {
                await next.WaitAsync(Silence, Ending);
                return;
            }
            catch (TimeoutException)
            {
                await _response.WriteAsync(": still here\n\n", Ending);
                await Flush();
            }
        }
    }

    private static TimeSpan TimeLeft(HttpContext http, TimeProvider time)
    {
        var expires = http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc;
        var left = expires is { } end ? end - time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        return expires is not null && left < TimeSpan.Zero ? TimeSpan.Zero : left;
    }

    private static async Task EndWhenWithdrawnAsync(HttpContext http, CancellationTokenSource ending)
    {
        if (http.RequestServices.GetService<AccountAccess>() is not { } access)
        {
            return;
        }

        try
        {
            await access.WaitUntilWithdrawnAsync(http.User, ending.Token);
            await ending.CancelAsync();
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The stream ended before.
        }
    }

    private static long? Resumed(HttpContext http) =>
        long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
