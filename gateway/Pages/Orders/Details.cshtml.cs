using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Gateways.Clients;
using MariosPizzeria.Gateways.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateways.Pages.Orders;

/// <summary>One order, from placed to delivered, as it happens.</summary>
[SignedIn(Roles.Customer, Roles.Chef, Roles.Driver)]
internal sealed class DetailsModel(OrdersClient orders) : PizzeriaPage
{
    private const int LongestReason = 500;

    /// <summary>The order.</summary>
    public Order Order { get; private set; } = null!;

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
        var order = await orders.Find(id, cancellationToken);
        if (!order.Succeeded)
        {
            return Problem(order.Fault);
        }

        Order = order.Value;
        return Page();
    }

    /// <summary>Cancels it, if it is not too late.</summary>
    public async Task<IActionResult> OnPostCancelAsync(string id, string? reason, long version, CancellationToken cancellationToken)
    {
        var why = string.IsNullOrWhiteSpace(reason) ? T.ChangedMyMind : reason.Trim();
        var cancelled = await orders.Cancel(
            id,
            WholeText.First(why, LongestReason),
            // The same wish as long as the order is what it was when this was wished.
            version.ToString(CultureInfo.InvariantCulture),
            cancellationToken
        );
        if (cancelled is { Succeeded: false, Fault.Slug: Slugs.NotFound or Slugs.Unauthenticated or Slugs.Forbidden })
        {
            return Problem(cancelled.Fault);
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
            session with
            {
                Cart = order.Value.Items.Aggregate(
                    session.Cart,
                    (cart, line) => cart.Add(new(line.PizzaId, line.Size, line.ExtraToppings, line.Quantity))
                ),
                Notice = T.InTheCartAgain,
            }
        );
        return SeeOther("/cart");
    }

    /// <summary>A station on the way.</summary>
    /// <param name="Status">What the order is there.</param>
    /// <param name="At">When it was reached; null where it was not, or nobody was told.</param>
    internal sealed record Step(OrderStatus Status, DateTimeOffset? At);
}
