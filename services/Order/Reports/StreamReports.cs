using MariosPizzeria.BuildingBlocks.Streaming;

namespace MariosPizzeria.OrderService.Reports;

/// <summary>GET /api/reports/stream: the overview, sent again after each change of an order on any replica.</summary>
public sealed class StreamReports(ReadReports reports, ChangeFeed<Order> orders)
{
    // Orders change all the time in a busy pizzeria, and people cannot read faster updates.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    /// <summary>Server-sent events: the overview as it is, and again after each change, at most about once a second.</summary>
    /// <remarks>Each event has the full state, so there is nothing to resume.</remarks>
    public static async Task Get(StreamReports handler, HttpContext http) => await ServerSentEvents.ServeAsync(http, handler.Handle);

    /// <summary>Sends events until the stream ends.</summary>
    public async Task Handle(ServerSentEvents stream)
    {
        OverviewResponse? seen = null;
        while (true)
        {
            // Created before the query, so that a change during the query causes another query.
            var next = orders.NextChangeOfAnyAsync();
            var now = await reports.OverviewAsync(stream.Aborted);
            if (now != seen)
            {
                await stream.SendAsync("overview", id: null, now);
                await stream.FlushAsync();
                seen = now;
            }

            await stream.WaitForAsync(next);
            await Task.Delay(RefreshInterval, stream.Aborted);
        }
    }
}
