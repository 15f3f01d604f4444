using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Streaming;

namespace MariosPizzeria.OrderService.Features;

/// <summary>
/// Shows an order as it goes on. Each event's id is the order's version since then, and the order tells by its history how it was at
/// each: so whichever replica a viewer comes back to sends every change that it missed, with nothing kept for it anywhere.
/// </summary>
public sealed class StreamOrder(IRepository<Order> orders, ChangeFeed<Order> feed)
{
    /// <summary>
    /// GET /api/orders/{id}/stream: the order as it is, or, with <c>Last-Event-ID</c>, each change since; then each change as it comes.
    /// </summary>
    public static async Task<IResult> Get(
        string id,
        GetOrder visible,
        StreamOrder handler,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var found = await visible.Handle(id, http.User, cancellationToken);
        if (!found.Succeeded)
        {
            return found.Fault.ToProblem();
        }

        await ServerSentEvents.Serve(http, stream => handler.Handle(id, stream));
        return Results.Empty;
    }

    /// <summary>Sends until the stream ends.</summary>
    public async Task Handle(string id, ServerSentEvents stream)
    {
        using var viewing = feed.View(id);
        var seen = stream.After;
        while (true)
        {
            // Taken before the look: what changes during it is looked at next.
            var next = viewing.NextChange;
            if (await orders.Find(id, stream.Ending) is not { } order)
            {
                return;
            }

            // An id that the order has not come to yet is none of ours: then the viewer has seen nothing.
            var changes = seen is null || seen > order.Version ? [order.Version] : order.VersionsAfter(seen.Value);
            if (changes.Count > 0)
            {
                foreach (var version in changes.SkipLast(1))
                {
                    await Send(stream, order.AsOf(version));
                }

                await Send(stream, order);
                await stream.Flush();
                seen = order.Version;
            }

            await stream.Until(next);
        }
    }

    private static Task Send(ServerSentEvents stream, Order order) => stream.Send("order", order.Version, OrderResponse.Of(order));
}
