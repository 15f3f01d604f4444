using MariosPizzeria.BuildingBlocks.Streaming;

namespace MariosPizzeria.OrderService.Features;

/// <summary>GET /api/delivery/stream: the orders for the caller, sent again after each change on any replica.</summary>
public sealed class StreamDelivery(
    IRepository<Order> orders,
    HandOverOrder handOver,
    ChangeFeed<Order> feed,
    DeliveryTerms terms,
    TimeProvider time
)
{
    // Many orders that change at the same time cause one query.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How often the orders are sorted again although none changed, because some may have become urgent.</summary>
    public TimeSpan SortInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Server-sent events: the orders that a driver sees, first as they are and then after each change.</summary>
    /// <remarks>Each event has the full state, so there is nothing to resume.</remarks>
    public static async Task Get(StreamDelivery handler, HttpContext http) =>
        await ServerSentEvents.ServeAsync(http, stream => handler.Handle(http.User.Id(), stream));

    /// <summary>Sends events until the stream ends.</summary>
    public async Task Handle(string driver, ServerSentEvents stream)
    {
        IReadOnlyList<(string Id, long Version)>? seen = null;
        while (true)
        {
            // Created before the query, so that a change during the query causes another query.
            var next = feed.NextChangeOfAnyAsync();
            using var sort = CancellationTokenSource.CreateLinkedTokenSource(stream.Aborted);
            var sortAgain = Task.Delay(SortInterval, time, sort.Token);
            var now = time.GetUtcNow();
            var (toDrive, pickups) = await TakeOrder.ListReadyAsync(orders, stream.Aborted);
            var ready = toDrive.InDeliverySequence(terms, now);
            var tour = await handOver.TourOfAsync(driver, now, stream.Aborted);
            var delivered = await handOver.DeliveredByAsync(driver, now, stream.Aborted);
            var shown = ready.Concat(pickups).Concat(tour).Concat(delivered).Select(order => (order.Id, order.Version)).ToList();
            if (seen is null || !shown.SequenceEqual(seen))
            {
                await stream.SendAsync(
                    "delivery",
                    id: null,
                    new DeliveryResponse(Shown(ready), Shown(pickups), Shown(tour))
                    {
                        Delivered = Shown(delivered),
                        CashToHandIn = HandOverOrder.CashOf(delivered),
                    }
                );
                await stream.FlushAsync();
                seen = shown;
            }

            await stream.WaitForAsync(Task.WhenAny(next, sortAgain));
            await sort.CancelAsync();
            await Task.Delay(RefreshInterval, stream.Aborted);
        }
    }

    private static List<OrderResponse> Shown(IEnumerable<Order> some) => [.. some.Select(OrderResponse.Of)];
}
