using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;

namespace MariosPizzeria.BuildingBlocks.Streaming;

/// <summary>
/// A response of server-sent events (WHATWG HTML, 9.2). It ends as soon as the process begins to stop (the client reconnects to another
/// replica), when the client's token expires, or when access to its account is withdrawn.
/// </summary>
public sealed class ServerSentEvents
{
    // Often enough that no proxy treats the connection as dead.
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);

    private readonly HttpResponse _response;

    private ServerSentEvents(HttpContext http, CancellationToken ending) =>
        (_response, Aborted, LastEventId) = (http.Response, ending, Resumed(http));

    /// <summary>Cancelled when the client disconnects, its token becomes invalid, or the process begins to stop.</summary>
    public CancellationToken Aborted { get; }

    /// <summary>The id of the last event that a reconnecting client received; null if there is none, or if it is not one of ours.</summary>
    public long? LastEventId { get; }

    /// <summary>Starts the response, and sends until <paramref name="send"/> returns or the stream ends.</summary>
    public static async Task ServeAsync(HttpContext http, Func<ServerSentEvents, Task> send)
    {
        var lifetime = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        using var expiry = new CancellationTokenSource(TimeLeft(http, time), time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping, expiry.Token);
        var withdrawal = EndWhenAccessRevokedAsync(http, ending);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            // The client sees immediately that it is connected, even if there is nothing to send yet.
            await http.Response.StartAsync(ending.Token);
            await http.Response.Body.FlushAsync(ending.Token);
            await send(new(http, ending.Token));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client disconnected, its token became invalid, or the process is stopping.
        }
        finally
        {
            await ending.CancelAsync();
            await withdrawal;
        }
    }

    /// <summary>Writes one event; it is sent with the next <see cref="FlushAsync"/> at the latest.</summary>
    /// <param name="id">The value that the client sends back as <c>Last-Event-ID</c> when it reconnects; null for none.</param>
    public Task SendAsync<T>(string name, long? id, T data)
    {
        var line = id is { } number ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\n") : "";
        return _response.WriteAsync($"{line}event: {name}\ndata: {JsonSerializer.Serialize(data, PizzeriaJson.Options)}\n\n", Aborted);
    }

    /// <summary>Sends the written events to the client.</summary>
    public Task FlushAsync() => _response.Body.FlushAsync(Aborted);

    /// <summary>Waits for a task; sends a comment after every 15 s in which it has not completed.</summary>
    public async Task WaitForAsync(Task next)
    {
        while (true)
        {
            try
            {
                await next.WaitAsync(KeepAliveInterval, Aborted);
                return;
            }
            catch (TimeoutException)
            {
                await _response.WriteAsync(": still here\n\n", Aborted);
                await FlushAsync();
            }
        }
    }

    private static TimeSpan TimeLeft(HttpContext http, TimeProvider time)
    {
        var expires = http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc;
        var left = expires is { } end ? end - time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        return expires is not null && left < TimeSpan.Zero ? TimeSpan.Zero : left;
    }

    private static async Task EndWhenAccessRevokedAsync(HttpContext http, CancellationTokenSource ending)
    {
        if (http.RequestServices.GetService<AccountAccess>() is not { } access)
        {
            return;
        }

        try
        {
            await access.WaitUntilRevokedAsync(http.User, ending.Token);
            await ending.CancelAsync();
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The stream has already ended.
        }
    }

    private static long? Resumed(HttpContext http) =>
        long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
