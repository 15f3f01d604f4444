using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.OrderService.Jobs;

/// <summary>Why an order makes no progress, and how this is repaired.</summary>
/// <param name="Corruption">What is wrong.</param>
/// <param name="Remedy">How it is repaired, as text for a person.</param>
public sealed record StalledOrder(Corruption Corruption, string Remedy)
{
    /// <summary>The change of the order, which applies or publishes an event again; null if the order need not change.</summary>
    public Func<Order, Cause, Result<IReadOnlyList<Event>>>? OrderChange { get; init; }

    /// <summary>Whether its ticket is first stored again and then applied to the order: an undo was started and not completed.</summary>
    public bool RenewsTicket { get; init; }

    /// <summary>The change of its payment, which publishes an event again; null if the payment need not change.</summary>
    public Func<Payment, Cause, Result<IReadOnlyList<Event>>>? PaymentChange { get; init; }
}

/// <summary>
/// Compares an order with its payment and its ticket, and finds events that one of them has published and another has not received, because
/// they were lost at the broker. An event that is published again has its first event id, or is applied only to the document that lacks it,
/// so that it is not handled twice.
/// </summary>
public sealed class StalledOrders(
    IRepository<Order> orders,
    IRepository<Payment> payments,
    ExpireUnpaidOrders expiry,
    KitchenClient kitchen,
    RandomSource random
)
{
    /// <summary>Returns why an order makes no progress, or null.</summary>
    /// <param name="tickets">The tickets in the kitchen, read before the order; null if they are not known.</param>
    /// <param name="since">Events after this time may still be in transit.</param>
    /// <param name="unpaidSince">An unpaid order that was placed before this time has expired.</param>
    public async Task<StalledOrder?> FindAsync(
        Order order,
        IReadOnlyDictionary<string, TicketSteps>? tickets,
        DateTimeOffset since,
        DateTimeOffset unpaidSince,
        CancellationToken cancellationToken
    )
    {
        var isSilent = order.LastEventAt() < since - order.RepublishBackoff();
        if (isSilent && order.CancellationWish is not null)
        {
            return RepublishedStall(
                $"cancellation pending since {order.LastEventAt():u}, and the kitchen's answer is not known",
                "ask the kitchen again"
            );
        }

        switch (order.Status)
        {
            case OrderStatus.Pending:
                return Pending(order, await payments.FindAsync(order.Id, cancellationToken), since, unpaidSince);
            case OrderStatus.Cancelled when order.PaymentMethod != PaymentMethod.Cash:
                if (Refund(order, await payments.FindAsync(order.Id, cancellationToken), since, unpaidSince) is { } owed)
                {
                    return owed;
                }

                break;
        }

        return tickets is null ? null : InKitchen(order, tickets.GetValueOrDefault(order.Id), since, isSilent);
    }

    /// <summary>Repairs the order; does nothing to an order that has made progress in the meantime.</summary>
    /// <returns>Whether it is repaired.</returns>
    public async Task<bool> RepairAsync(Order order, StalledOrder stall, Cause cause, CancellationToken cancellationToken)
    {
        if (stall.PaymentChange is { } change)
        {
            return (await payments.ChangeAsync(order.Id, current => change(current, cause), handled: null, cancellationToken)).Succeeded;
        }

        if (stall.RenewsTicket)
        {
            try
            {
                return await kitchen.RenewTicketAsync(order.Id, order.TicketVersion, cancellationToken) is { } renewed
                    && await RepublishAsync(order.Id, current => Republished(current, renewed), cancellationToken);
            }
            catch (ServiceUnavailableException)
            {
                return false;
            }
        }

        if (stall.OrderChange is null)
        {
            await expiry.ExpireAsync(order, cause, cancellationToken);
            return true;
        }

        return await RepublishAsync(order.Id, current => stall.OrderChange(current, cause), cancellationToken);
    }

    // With a new handled message the change is stored even if it raises no event.
    private async Task<bool> RepublishAsync(
        string orderId,
        Func<Order, Result<IReadOnlyList<Event>>> change,
        CancellationToken cancellationToken
    )
    {
        var told = new HandledMessage(random.NextId(), nameof(StalledOrders));
        return (await orders.ChangeAsync(orderId, change, told, cancellationToken)).Succeeded;
    }

    /// <summary>Returns the refund that is owed according to the payment, or null.</summary>
    public static StalledOrder? Owed(Payment payment, DateTimeOffset since) =>
        payment.RefundDueSince is { } due && (payment.RefundRequestedAt ?? due) < since
            ? new(
                new(Corruptions.RefundOwed, $"a refund of {payment.Amount} {Money.Currency} is owed since {due:u}"),
                "request the refund again"
            )
            {
                PaymentChange = (current, cause) => current.RequestRefund(cause),
            }
            : null;

    private static StalledOrder? Pending(Order order, Payment? payment, DateTimeOffset since, DateTimeOffset unpaidSince) =>
        payment switch
        {
            { Status: CollectionStatus.Collected } when payment.SettledAt < since => new(
                new(Corruptions.Stuck, $"pending since {order.PlacedAt:u}, although it is paid"),
                "confirm the order"
            )
            {
                OrderChange = (current, cause) => current.Apply(payment.SucceededEvent(), cause),
            },
            { Status: CollectionStatus.Failed } when payment.SettledAt < since => new(
                new(Corruptions.Stuck, $"pending since {order.PlacedAt:u}, although its payment failed"),
                "cancel the order"
            )
            {
                OrderChange = (current, cause) => current.Apply(payment.FailedEvent(), cause),
            },
            null or { Status: CollectionStatus.Requested } when order.PlacedAt < unpaidSince => new(
                new(Corruptions.Stuck, $"pending since {order.PlacedAt:u}, and not paid"),
                "cancel the order"
            ),
            null when order.PaymentMethod == PaymentMethod.Cash && order.LastEventAt() < since - order.RepublishBackoff() =>
                RepublishedStall($"pending since {order.PlacedAt:u}, although it is paid in cash", "publish its events again"),
            _ => null,
        };

    private static StalledOrder? Refund(Order order, Payment? payment, DateTimeOffset since, DateTimeOffset unpaidSince)
    {
        if (payment is null or { Status: CollectionStatus.Requested })
        {
            return order.IsPaymentUnknown() && order.PlacedAt < unpaidSince
                ? new(
                    new(Corruptions.Stuck, $"cancelled since {order.CancelledAt:u}, and it is not known whether it was paid"),
                    "close its payment, and request a refund of what may have been charged"
                )
                : null;
        }

        if (payment.SettledAt >= since || order.PaymentStatus == PaymentStatus.Refunded || order.LastEventAt() >= since)
        {
            return null;
        }

        return payment.Status switch
        {
            CollectionStatus.Failed when order.IsPaymentUnknown() => new(
                new(Corruptions.Stuck, "its payment failed, but the order does not record it"),
                "apply its payment's event"
            )
            {
                OrderChange = (current, cause) => current.Apply(payment.FailedEvent(), cause),
            },
            CollectionStatus.Refunded => new(
                new(Corruptions.Stuck, "it was refunded, but the order does not record it"),
                "apply its payment's event"
            )
            {
                OrderChange = (current, cause) => current.Apply(payment.RefundedEvent(cause.At)),
            },
            CollectionStatus.Collected when order.PaymentStatus != PaymentStatus.Paid => new(
                new(
                    Corruptions.RefundOwed,
                    $"cancelled since {order.CancelledAt:u}, although {payment.Amount} {Money.Currency} were collected"
                ),
                "request the refund"
            )
            {
                OrderChange = (current, cause) => current.Apply(payment.SucceededEvent(), cause),
            },
            CollectionStatus.Collected when payment.RefundDueSince is null => new(
                new(
                    Corruptions.RefundOwed,
                    $"cancelled since {order.CancelledAt:u}, and {payment.Amount} {Money.Currency} were not refunded"
                ),
                "request the refund again"
            )
            {
                PaymentChange = (current, cause) => current.RequestRefund(cause),
            },
            _ => Owed(payment, since),
        };
    }

    private static StalledOrder? InKitchen(Order order, TicketSteps? ticket, DateTimeOffset since, bool isSilent) =>
        (order.Status, ticket) switch
        {
            (OrderStatus.Confirmed, null) when isSilent => RepublishedStall(
                $"confirmed since {order.ConfirmedAt:u}, but the kitchen has no ticket of it",
                "publish its events again"
            ),
            (OrderStatus.Confirmed or OrderStatus.Cooking, { ReadyAt: not null }) when order.TicketVersion >= ticket.Version => isSilent
                ? new(
                    new(Corruptions.Stuck, $"{IndexKey.Of(order.Status)}, although its ticket is ready: an undo was not completed"),
                    "store the ticket again, and apply it to the order"
                )
                {
                    RenewsTicket = true,
                }
                : null,
            (OrderStatus.Confirmed or OrderStatus.Cooking, { ReadyAt: { } ready }) when ready < since => new(
                new(Corruptions.Stuck, $"{IndexKey.Of(order.Status)}, although its ticket is ready since {ready:u}"),
                "apply the state of its ticket"
            )
            {
                OrderChange = (current, _) => Republished(current, ticket),
            },
            (OrderStatus.Confirmed, { StartedAt: { } started }) when started < since && !(order.TicketVersion >= ticket.Version) => new(
                new(Corruptions.Stuck, $"confirmed, although its ticket has been cooking since {started:u}"),
                "apply the state of its ticket"
            )
            {
                OrderChange = (current, _) => Republished(current, ticket),
            },
            (OrderStatus.Cooking, { StartedAt: null }) when isSilent && ticket.Version > order.TicketVersion => new(
                new(Corruptions.Stuck, "cooking, although its ticket is queued: its start was undone"),
                "apply the state of its ticket"
            )
            {
                OrderChange = (current, _) => Republished(current, ticket),
            },
            (OrderStatus.Ready, null) when isSilent && order.IsReturned() => RepublishedStall(
                "returned by the driver, but the kitchen has no ticket of it",
                "publish its events again"
            ),
            (OrderStatus.Delivering or OrderStatus.Delivered, not null) when isSilent => RepublishedStall(
                $"{IndexKey.Of(order.Status)}, but the kitchen still has its ticket",
                "publish its events again"
            ),
            (OrderStatus.Cancelled, not null) when isSilent => RepublishedStall(
                $"cancelled since {order.CancelledAt:u}, but the kitchen still has its ticket",
                "publish its events again"
            ) with
            {
                Corruption = new(Corruptions.TicketWithoutOrder, "the kitchen has a ticket of a cancelled order"),
            },
            _ => null,
        };

    private static Result<IReadOnlyList<Event>> Republished(Order order, TicketSteps ticket) =>
        ticket switch
        {
            { ReadyAt: { } ready } => order.Apply(
                new OrderReady
                {
                    OrderId = order.Id,
                    Chef = ticket.Chef ?? "",
                    CookingStartedAt = ticket.StartedAt ?? ready,
                    TicketVersion = ticket.Version,
                    OccurredAt = ready,
                    Actor = ticket.Chef ?? "",
                }
            ),
            { StartedAt: { } started } => order.Apply(
                new CookingStarted
                {
                    OrderId = order.Id,
                    Chef = ticket.Chef ?? "",
                    TicketVersion = ticket.Version,
                    OccurredAt = started,
                    Actor = ticket.Chef ?? "",
                }
            ),
            _ => order.Apply(
                new TicketStepUndone
                {
                    OrderId = order.Id,
                    Step = TicketStep.Queued,
                    TicketVersion = ticket.Version,
                    OccurredAt = order.LastEventAt(),
                    Actor = "kitchen",
                }
            ),
        };

    private static StalledOrder RepublishedStall(string detail, string remedy) =>
        new(new(Corruptions.Stuck, detail), remedy) { OrderChange = (current, cause) => current.RepublishEvents(cause) };
}
