using MariosPizzeria.BuildingBlocks.Streaming;
using MariosPizzeria.KitchenService.Streaming;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>GET /api/kitchen/stream: server-sent events.</summary>
public static class StreamTickets
{
    /// <summary>Server-sent events: a snapshot, then each ticket that changes.</summary>
    /// <remarks>
    /// Another snapshot is sent when the kitchen is paused, opened or given another capacity. A client that reconnects also gets a
    /// snapshot, so there is nothing to resume.
    /// </remarks>
    public static async Task Get(HttpContext http, TicketFeed feed, ListTickets tickets, ReadStatus status)
    {
        var position = await feed.EnterAsync(http.RequestAborted);
        try
        {
            await ServerSentEvents.ServeAsync(http, stream => SendAsync(stream, position, feed, tickets, status));
        }
        finally
        {
            feed.Leave();
        }
    }

    private static async Task SendAsync(ServerSentEvents stream, long position, TicketFeed feed, ListTickets tickets, ReadStatus status)
    {
        await SendSnapshotAsync(stream, tickets, status);
        while (true)
        {
            var read = feed.NextRead;
            (var changed, position) = feed.After(position);
            if (changed is null)
            {
                await SendSnapshotAsync(stream, tickets, status);
            }
            else if (changed.Count > 0)
            {
                foreach (var ticket in changed)
                {
                    await stream.SendAsync("ticket", ticket.Version, TicketResponse.Of(ticket));
                }

                await stream.FlushAsync();
            }
            else
            {
                await stream.WaitForAsync(read);
            }
        }
    }

    private static async Task SendSnapshotAsync(ServerSentEvents stream, ListTickets tickets, ReadStatus status)
    {
        var listed = await tickets.AllAsync(stream.Aborted);
        await stream.SendAsync("snapshot", id: null, new SnapshotResponse(await status.Handle(stream.Aborted), listed));
        await stream.FlushAsync();
    }
}
