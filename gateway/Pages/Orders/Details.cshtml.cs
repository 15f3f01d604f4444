using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages.Orders;

/// <summary>One order, from placed to delivered, as it happens.</summary>
[SignedIn(Roles.Customer, Roles.Chef, Roles.Driver)]
internal sealed class DetailsModel(OrdersClient orders) : PizzeriaPage
{
    private const int LongestReason = 500;

    /// <summary>The order.</summary>
    public OrderResponse Order { get; private set; } = null!;

    /// <summary>Why it is to be cancelled, as it was typed and refused.</summary>
    public string? Reason { get; private set; }

    /// <summary>The way it goes, as far as it went.</summary>
    public IEnumerable<Step> Steps
    {
        get
        {
            Step[] way =
            [
                new(OrderStatus.Pending, Order.PlacedAt),
                new(OrderStatus.Confirmed, Order.ConfirmedAt),
                new(OrderStatus.Cooking, Order.CookingStartedAt),
                new(OrderStatus.Ready, Order.ReadyAt),
                new(OrderStatus.Delivering, Order.DeliveringAt),
                new(OrderStatus.Delivered, Order.DeliveredAt),
            ];
            var ofThisOrder = way.Where(step => step.Status != OrderStatus.Delivering || Order.Fulfilment == Fulfilment.Delivery);
            return Order.Status == OrderStatus.Cancelled
                ? [.. ofThisOrder.Where(step => step.At is not null), new(OrderStatus.Cancelled, Order.CancelledAt)]
                : ofThisOrder;
        }
    }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken)
    {
        Reason = Typed("reason");
        return await LoadAsync(id, cancellationToken) is { } fault ? Problem(fault) : Page();
    }

    /// <summary>Cancels it, if it is not too late.</summary>
    public async Task<IActionResult> OnPostCancelAsync(string id, string? reason, string? version, CancellationToken cancellationToken)
    {
        Reason = reason;
        var errors = new ValidationErrors();
        errors.Require(reason is not { Length: > LongestReason }, "reason", $"has at most {LongestReason} characters");
        errors.Require(FormValue.Version(version) is not null, "version", "is a whole number");
        if (errors.ToFault() is { } invalid)
        {
            return await RefusedAsync(id, invalid, cancellationToken);
        }

        // The same wish as long as the order is what it was when this was wished.
        var why = string.IsNullOrWhiteSpace(reason) ? T.ChangedMyMind : reason.Trim();
        var cancelled = await orders.Cancel(id, why, version!, cancellationToken);
        if (cancelled is { Succeeded: false, Fault.Slug: Slugs.NotFound or Slugs.Unauthenticated or Slugs.Forbidden })
        {
            return Problem(cancelled.Fault);
        }

        if (cancelled is { Succeeded: false, Fault.Slug: Slugs.Validation })
        {
            return await RefusedAsync(id, cancelled.Fault, cancellationToken);
        }

        await Say(
            cancelled.Succeeded ? T.OrderIsCancelled
            : cancelled.Fault.Slug == Slugs.IllegalTransition ? T.CancelIsTooLate
            : T.Of(cancelled.Fault)
        );
        return SeeOther($"/orders/{Uri.EscapeDataString(id)}");
    }

    /// <summary>Puts the same pizzas into the cart, at today's prices.</summary>
    public async Task<IActionResult> OnPostAgainAsync(string id, CancellationToken cancellationToken)
    {
        var order = await orders.Find(id, cancellationToken);
        if (!order.Succeeded)
        {
            return Problem(order.Fault);
        }

        await Change(session =>
        {
            var cart = session.Cart;
            foreach (var line in order.Value.Items)
            {
                var more = cart.Add(new(line.PizzaId, line.Size, line.ExtraToppings, line.Quantity));
                if (more == cart)
                {
                    return session with { Notice = T.DoesNotFit };
                }

                cart = more;
            }

            return session with
            {
                Cart = cart,
                Notice = T.InTheCartAgain,
            };
        });
        return SeeOther("/cart");
    }

    private async Task<IActionResult> RefusedAsync(string id, Fault fault, CancellationToken cancellationToken) =>
        await LoadAsync(id, cancellationToken) is { } unavailable ? Problem(unavailable) : Explain(fault, "#actions");

    private async Task<Fault?> LoadAsync(string id, CancellationToken cancellationToken)
    {
        var order = await orders.Find(id, cancellationToken);
        Order = order.Value!;
        return order.Fault;
    }

    /// <summary>A station on the way.</summary>
    /// <param name="Status">What the order is there.</param>
    /// <param name="At">When it was reached; null where it was not, or nobody was told.</param>
    internal sealed record Step(OrderStatus Status, DateTimeOffset? At);
}
