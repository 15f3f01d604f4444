using MariosPizzeria.BuildingBlocks.Streaming;

namespace MariosPizzeria.OrderService.Features;

/// <summary>
/// Streams the changes of an order. The id of each event is the version of the order after the change, and the state at each version is
/// reconstructed from the history of the order. So any replica to which a client reconnects sends every change that the client missed,
/// without stored state per client.
/// </summary>
public sealed class StreamOrder(IRepository<Order> orders, ChangeFeed<Order> feed)
{
    /// <summary>Server-sent events: the order at each change; resumes by Last-Event-ID.</summary>
    /// <remarks>Begins with the order as it is or, with Last-Event-ID, with each change since.</remarks>
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
            return found.Error.ToProblem();
        }

        await ServerSentEvents.ServeAsync(http, stream => handler.Handle(id, stream));
        return Results.Empty;
    }

    /// <summary>Sends events until the stream ends.</summary>
    public async Task Handle(string id, ServerSentEvents stream)
    {
        using var viewing = feed.Subscribe(id);
        var seen = stream.LastEventId;
        while (true)
        {
            // Created before the query, so that a change during the query causes another query.
            var next = viewing.NextChange;
            if (await orders.FindAsync(id, stream.Aborted) is not { } order)
            {
                return;
            }

            // An id above the version of the order is not valid; the client is treated as if it had no events yet.
            var changes = seen is null || seen > order.Version ? [order.Version] : order.VersionsAfter(seen.Value);
            if (changes.Count > 0)
            {
                foreach (var version in changes.SkipLast(1))
                {
                    await SendAsync(stream, order.AsOf(version));
                }

                await SendAsync(stream, order);
                await stream.FlushAsync();
                seen = order.Version;
            }

            await stream.WaitForAsync(next);
        }
    }

    private static Task SendAsync(ServerSentEvents stream, Order order) =>
        stream.SendAsync("order", order.Version, OrderResponse.Of(order));
}
