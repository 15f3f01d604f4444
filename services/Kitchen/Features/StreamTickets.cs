using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Streaming;
using MariosPizzeria.ServiceDefaults.Streaming;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>GET /api/kitchen/stream: server-sent events.</summary>
public static class StreamTickets
{
    /// <summary>
    /// A snapshot, then every ticket that changes, from whichever replica; another snapshot when the kitchen is paused, opened or given
    /// another capacity. A viewer who connects again gets a snapshot too, so nothing need be resumed.
    /// </summary>
    public static async Task Get(HttpContext http, TicketFeed feed, ListTickets tickets, ReadStatus status)
    {
        var position = await feed.Enter(http.RequestAborted);
        try
        {
            await ServerSentEvents.Serve(http, stream => Send(stream, position, feed, tickets, status));
        }
        finally
        {
            feed.Leave();
        }
    }

    private static async Task Send(ServerSentEvents stream, long position, TicketFeed feed, ListTickets tickets, ReadStatus status)
    {
        await SendSnapshot(stream, tickets, status);
        while (true)
        {
            var read = feed.NextRead;
            (var changed, position) = feed.After(position);
            if (changed is null)
            {
                await SendSnapshot(stream, tickets, status);
            }
            else if (changed.Count > 0)
            {
                foreach (var ticket in changed)
                {
                    await stream.Send("ticket", ticket.Version, TicketResponse.Of(ticket));
                }

                await stream.Flush();
            }
            else
            {
                await stream.Until(read);
            }
        }
    }

    private static async Task SendSnapshot(ServerSentEvents stream, ListTickets tickets, ReadStatus status)
    {
        var listed = await tickets.All(stream.Ending);
        await stream.Send("snapshot", id: null, new SnapshotResponse(await status.Handle(stream.Ending), listed));
        await stream.Flush();
    }
}
