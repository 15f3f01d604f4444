using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Streaming;

namespace MariosPizzeria.OrderService.Reports;

/// <summary>
/// GET /api/reports/stream: the overview, then again whenever an order has moved or the worker has counted, through whichever replica.
/// </summary>
public sealed class StreamReports(ReadReports reports, ChangeFeed<Order> orders, ChangeFeed<FigureDay> figures)
{
    // A busy pizzeria changes all the time; nobody reads faster.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Begins the stream. Each event is all there is, so nothing need be resumed.</summary>
    public static async Task Get(StreamReports handler, HttpContext http) => await ServerSentEvents.Serve(http, handler.Handle);

    /// <summary>Sends until the stream ends.</summary>
    public async Task Handle(ServerSentEvents stream)
    {
        OverviewResponse? seen = null;
        while (true)
        {
            // Taken before the look: what changes during it is looked at next.
            var next = Task.WhenAny(orders.NextChangeOfAny(), figures.NextChangeOfAny());
            var now = await reports.Overview(stream.Ending);
            if (now != seen)
            {
                await stream.Send("overview", id: null, now);
                await stream.Flush();
                seen = now;
            }

            await stream.Until(next);
            await Task.Delay(BetweenLooks, stream.Ending);
        }
    }
}
