using System.Security.Claims;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Features;

/// <summary>
/// Cancels orders. A confirmed order's ticket may be cooking by now: the wish is stored first, then the kitchen is asked, then its
/// word is stored. Whoever dies in between, the wish's event brings <see cref="CarryOut"/> to an end.
/// </summary>
public sealed class CancelOrder(IRepository<Order> orders, KitchenClient kitchen)
{
    /// <summary>POST /api/orders/{id}/cancel.</summary>
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

    /// <summary>Cancels, or says why not: <c>not-found</c>, <c>illegal-transition</c>, or <c>unavailable</c> without a kitchen.</summary>
    public async Task<Outcome<Order>> Handle(
        string id,
        string reason,
        ClaimsPrincipal user,
        Cause cause,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
    {
        var wished = await orders.Change(
            id,
            order =>
                GetOrder.MaySee(user, order)
                    ? order.RequestCancellation(reason, user.IsInRole(Roles.Manager), cause)
                    : Fault.NotFound("order", id),
            handled,
            cancellationToken
        );
        if (!wished.Succeeded || wished.Value.Status == OrderStatus.Cancelled)
        {
            return wished;
        }

        try
        {
            var carriedOut = await CarryOut(id, cause, handled: null, cancellationToken);
            return carriedOut is { Succeeded: true, Value.Status: not OrderStatus.Cancelled }
                ? Fault.IllegalTransition("The kitchen cooks this order already, so it can no longer be cancelled.")
                : carriedOut;
        }
        catch (ServiceUnavailableException)
        {
            return Fault.Unavailable("The kitchen can't be asked right now; the wish is noted and will be carried out if it still can be.");
        }
    }

    /// <summary>Asks the kitchen about a recorded wish and stores its word. Nothing where there is no wish (any more).</summary>
    /// <exception cref="ServiceUnavailableException">The kitchen does not answer; to be tried again.</exception>
    public async Task<Outcome<Order>> CarryOut(string id, Cause cause, HandledMessage? handled, CancellationToken cancellationToken)
    {
        if (await orders.Find(id, cancellationToken) is not { } order)
        {
            return Fault.NotFound("order", id);
        }

        if (order.CancellationWish is null)
        {
            return order;
        }

        var letGo = await kitchen.Withdraw(id, cancellationToken);
        return await orders.Change(
            id,
            current => letGo ? current.KitchenLetGo(cause) : current.KitchenKept(cause),
            handled,
            cancellationToken
        );
    }
}

/// <summary>What a cancellation must say.</summary>
internal static class CancelOrderRequests
{
    private const int MaxReason = 500;

    extension(CancelOrderRequest request)
    {
        /// <summary>What is wrong with it, or null.</summary>
        public Fault? Validate()
        {
            var errors = new ValidationErrors();
            errors.Require(
                PlainText.IsText(request.Reason, MaxReason),
                "reason",
                $"has 1 to {MaxReason} characters, not all of them invisible"
            );
            return errors.ToFault();
        }
    }
}
