using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Streaming;

namespace MariosPizzeria.OrderService.Features;

/// <summary>
/// Shows and cancels an order for the holder of its tracking token, with the rights of its customer but without an account.
/// </summary>
public sealed class TrackOrder(IRepository<Order> orders, TrackingTokens tokens)
{
    /// <summary>The order that a guest placed, by its tracking token.</summary>
    public static async Task<IResult> Get(string token, TrackOrder handler, CancellationToken cancellationToken) =>
        (await handler.FindAsync(token, cancellationToken)).ToOk(OrderResponse.Of);

    /// <summary>Server-sent events: the guest's order at each change; resumes by Last-Event-ID.</summary>
    /// <remarks>Begins with the order as it is or, with Last-Event-ID, with each change since.</remarks>
    public static async Task<IResult> GetStream(
        string token,
        TrackOrder handler,
        StreamOrder stream,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var found = await handler.FindAsync(token, cancellationToken);
        if (!found.Succeeded)
        {
            return found.Error.ToProblem();
        }

        await ServerSentEvents.ServeAsync(http, events => stream.Handle(found.Value.Id, events));
        return Results.Empty;
    }

    /// <summary>Cancels the guest's order, if the kitchen allows it.</summary>
    public static async Task<IResult> PostCancel(
        string token,
        CancelOrderRequest request,
        TrackOrder handler,
        CancelOrder cancel,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var found = await handler.FindAsync(token, cancellationToken);
        if ((found.Error ?? request.Validate()) is { } refused)
        {
            return refused.ToProblem();
        }

        var cancelled = await cancel.CancelAsync(
            found.Value!.Id,
            request.Reason!,
            maySee: _ => true,
            byManager: false,
            http.Cause() with
            {
                Actor = PlaceOrder.Guest,
            },
            http.Idempotency()?.Handled,
            cancellationToken
        );
        return cancelled.ToOk(OrderResponse.Of);
    }

    /// <summary>Moves the guest's order to the caller's account.</summary>
    public static async Task<IResult> PostKeep(string token, TrackOrder handler, HttpContext http, CancellationToken cancellationToken)
    {
        var found = await handler.FindAsync(token, cancellationToken);
        return found.Succeeded
            ? (await handler.KeepAsync(found.Value.Id, http.User.Id(), http.Idempotency()?.Handled, cancellationToken)).ToOk(
                OrderResponse.Of
            )
            : found.Error.ToProblem();
    }

    private Task<Result<Order>> KeepAsync(string id, string accountId, HandledMessage? handled, CancellationToken cancellationToken) =>
        orders.UpdateAsync(id, order => order.KeepFor(accountId), handled, cancellationToken);

    /// <summary>
    /// Returns the order, or <c>not-found</c>, which is the same for an invalid token and for an order that does not exist.
    /// </summary>
    public async Task<Result<Order>> FindAsync(string token, CancellationToken cancellationToken) =>
        tokens.OrderIdOf(token) is { } id && await orders.FindAsync(id, cancellationToken) is { } order
            ? order
            : new Error(ErrorCodes.NotFound, "There is no order with this tracking link.");
}
