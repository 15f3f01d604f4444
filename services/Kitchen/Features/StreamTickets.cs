using System.Globalization;
using System.Text.Json;
using MariosPizzeria.Kitchens.Streaming;
using MariosPizzeria.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;

namespace MariosPizzeria.Kitchens.Features;

/// <summary>Everything a screen of the kitchen begins with.</summary>
public sealed record SnapshotResponse(StatusResponse Status, IReadOnlyList<TicketResponse> Items);

/// <summary>GET /api/kitchen/stream: server-sent events (WHATWG HTML, 9.2).</summary>
public static class StreamTicketsRoute
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A snapshot, then every ticket that changes, from whichever replica; a comment when nothing happens for 15 s, so that no proxy
    /// takes the connection for dead. Ends as soon as the process begins to stop: the viewer connects again elsewhere and gets
    /// another snapshot, so nothing need be resumed.
    /// </summary>
    public static async Task StreamTickets(
        HttpContext http,
        TicketFeed feed,
        ListTickets tickets,
        ReadStatus status,
        IHostApplicationLifetime lifetime
    )
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        var position = feed.Enter();
        try
        {
            await SendSnapshot(http.Response, tickets, status, ending.Token);
            while (true)
            {
                var read = feed.NextRead;
                (var changed, position) = feed.After(position);
                if (changed is null)
                {
                    await SendSnapshot(http.Response, tickets, status, ending.Token);
                }
                else if (changed.Count > 0)
                {
                    foreach (var ticket in changed)
                    {
                        await Send(http.Response, "ticket", ticket.Version, TicketResponse.Of(ticket), ending.Token);
                    }

                    await http.Response.Body.FlushAsync(ending.Token);
                }
                else if (!await Happens(read, ending.Token))
                {
                    await http.Response.WriteAsync(": still here\n\n", ending.Token);
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The viewer left, or the process stops.
        }
        finally
        {
            feed.Leave();
        }
    }

    private static async Task<bool> Happens(Task read, CancellationToken cancellationToken)
    {
        try
        {
            await read.WaitAsync(Silence, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task SendSnapshot(
        HttpResponse response,
        ListTickets tickets,
        ReadStatus status,
        CancellationToken cancellationToken
    )
    {
        var listed = await tickets.Handle(state: null, cancellationToken);
        var snapshot = new SnapshotResponse(await status.Handle(cancellationToken), listed.OrThrow().Items);
        await Send(response, "snapshot", version: null, snapshot, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private static Task Send<T>(HttpResponse response, string name, long? version, T data, CancellationToken cancellationToken)
    {
        var id = version is { } number ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\n") : "";
        return response.WriteAsync(
            $"{id}event: {name}\ndata: {JsonSerializer.Serialize(data, PizzeriaJson.Options)}\n\n",
            cancellationToken
        );
    }
}
