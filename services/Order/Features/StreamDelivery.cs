using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.ServiceDefaults.Streaming;

namespace MariosPizzeria.OrderService.Features;

/// <summary>GET /api/delivery/stream: what the caller sees, then again whenever it has changed, through whichever replica.</summary>
public sealed class StreamDelivery(IRepository<Order> orders, ChangeFeed<Order> feed)
{
    // Many orders that change at once are one look.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>Begins the stream. Each event is all there is, so nothing need be resumed.</summary>
    public static async Task Get(StreamDelivery handler, HttpContext http) =>
        await ServerSentEvents.Serve(http, stream => handler.Handle(http.User.Id(), stream));

    /// <summary>Sends until the stream ends.</summary>
    public async Task Handle(string driver, ServerSentEvents stream)
    {
        IReadOnlyList<(string Id, long Version)>? seen = null;
        while (true)
        {
            // Taken before the look: what changes during it is looked at next.
            var next = feed.NextChangeOfAny();
            var ready = await TakeOrder.OutOfTheOven(orders, stream.Ending);
            var tour = await HandOverOrder.TourOf(driver, orders, stream.Ending);
            var now = ready.Concat(tour).Select(order => (order.Id, order.Version)).ToList();
            if (seen is null || !now.SequenceEqual(seen))
            {
                await stream.Send(
                    "delivery",
                    id: null,
                    new DeliveryResponse(
                        Shown(ready.Where(order => order.MayBeTaken())),
                        Shown(ready.Where(order => !order.MayBeTaken())),
                        Shown(tour)
                    )
                );
                await stream.Flush();
                seen = now;
            }

            await stream.Until(next);
            await Task.Delay(BetweenLooks, stream.Ending);
        }
    }

    private static List<OrderResponse> Shown(IEnumerable<Order> some) => [.. some.Select(OrderResponse.Of)];
}
