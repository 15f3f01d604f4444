using System.Security.Claims;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.OrderService.Features;

/// <summary>
/// Cancels orders. The ticket of a confirmed order may already be cooking, so the request is stored first, then the kitchen is called, then
/// its answer is stored. If the process stops in between, the event of the request leads to another call of <see cref="CompleteAsync"/>.
/// </summary>
public sealed class CancelOrder(IRepository<Order> orders, KitchenClient kitchen)
{
    /// <summary>Cancels an order, if the kitchen allows it.</summary>
    public static async Task<IResult> Post(
        string id,
        CancelOrderRequest request,
        CancelOrder handler,
        HttpContext http,
        CancellationToken cancellationToken
    ) =>
        request.Validate() is { } invalid
            ? invalid.ToProblem()
            : (await handler.Handle(id, request.Reason!, http.User, http.Cause(), http.Idempotency()?.Handled, cancellationToken)).ToOk(
                OrderResponse.Of
            );

    /// <summary>
    /// Returns the cancelled order, or <c>not-found</c>, <c>illegal-transition</c>, or <c>unavailable</c> if the kitchen does not respond.
    /// </summary>
    public Task<Result<Order>> Handle(
        string id,
        string reason,
        ClaimsPrincipal user,
        Cause cause,
        HandledMessage? handled,
        CancellationToken cancellationToken
    ) => CancelAsync(id, reason, order => GetOrder.MaySee(user, order), user.IsInRole(Roles.Manager), cause, handled, cancellationToken);

    /// <summary>Does the same for any caller, with or without an account.</summary>
    /// <param name="maySee">Whether the caller may see the order; otherwise it is <c>not-found</c>.</param>
    /// <param name="byManager">Whether it may be cancelled while it is being cooked.</param>
    internal async Task<Result<Order>> CancelAsync(
        string id,
        string reason,
        Func<Order, bool> maySee,
        bool byManager,
        Cause cause,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
    {
        var wished = await orders.ChangeAsync(
            id,
            order => maySee(order) ? order.RequestCancellation(reason, byManager, cause) : Error.NotFound("order", id),
            handled,
            cancellationToken
        );
        if (!wished.Succeeded || wished.Value.Status == OrderStatus.Cancelled)
        {
            return wished;
        }

        try
        {
            var carriedOut = await CompleteAsync(id, cause, handled: null, cancellationToken);
            return carriedOut is { Succeeded: true, Value.Status: not OrderStatus.Cancelled }
                ? Error.IllegalTransition("The kitchen is already cooking this order, so it can no longer be cancelled.")
                : carriedOut;
        }
        catch (ServiceUnavailableException)
        {
            return Error.Unavailable("The kitchen does not answer right now; the order will be cancelled later if that is still possible.");
        }
    }

    /// <summary>
    /// Sends a recorded cancellation request to the kitchen and stores its answer. Does nothing if there is no such request.
    /// </summary>
    /// <exception cref="ServiceUnavailableException">The kitchen does not respond; the caller has to retry.</exception>
    public async Task<Result<Order>> CompleteAsync(string id, Cause cause, HandledMessage? handled, CancellationToken cancellationToken)
    {
        if (await orders.FindAsync(id, cancellationToken) is not { } order)
        {
            return Error.NotFound("order", id);
        }

        if (order.CancellationWish is not { } wish)
        {
            return order;
        }

        var letGo = await kitchen.WithdrawAsync(id, wish.OrderVersion, cancellationToken);
        return await orders.ChangeAsync(
            id,
            current => letGo ? current.CancelAfterWithdrawal(cause) : current.RefuseCancellation(cause),
            handled,
            cancellationToken
        );
    }
}

internal static class CancelOrderRequests
{
    private const int MaxReason = 500;

    extension(CancelOrderRequest request)
    {
        public Error? Validate()
        {
            var errors = new ValidationErrors();
            errors.RequireText(request.Reason, "reason", MaxReason);
            return errors.ToFault();
        }
    }
}
