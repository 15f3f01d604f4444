using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.OrderService.Features;

/// <summary>Why an order does not go on, and what makes it.</summary>
/// <param name="Corruption">What is wrong.</param>
/// <param name="Remedy">What mends it, for a person to read.</param>
public sealed record Stall(Corruption Corruption, string Remedy)
{
    /// <summary>What the order is told, or tells again; null where it need not change.</summary>
    public Func<Order, Cause, Outcome<IReadOnlyList<Event>>>? OrderChange { get; init; }

    /// <summary>What its payment tells again; null where it need not change.</summary>
    public Func<Payment, Cause, Outcome<IReadOnlyList<Event>>>? PaymentChange { get; init; }
}

/// <summary>
/// Compares an order with its payment and its ticket, and finds what one of them has told and another has not heard: an event that
/// was lost at the broker. What is told again has the event id that it had, or is told to the one document that lacks it, so that
/// nobody hears it twice.
/// </summary>
public sealed class StalledOrders(IRepository<Order> orders, IRepository<Payment> payments, ExpireUnpaidOrders expiry)
{
    /// <summary>What keeps an order, or null.</summary>
    /// <param name="order">As it is stored.</param>
    /// <param name="tickets">The tickets in the kitchen, read before the order was; null where they are not known.</param>
    /// <param name="since">What happened later is on its way.</param>
    /// <param name="unpaidSince">An order that was placed earlier and is not paid is no longer waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Stall?> Find(
        Order order,
        IReadOnlyDictionary<string, TicketSteps>? tickets,
        DateTimeOffset since,
        DateTimeOffset unpaidSince,
        CancellationToken cancellationToken
    )
    {
        var isSilent = order.LastEventAt() < since - order.RetellingBackOff();
        if (isSilent && order.CancellationWish is not null)
        {
            return Retold(
                $"to be cancelled since {order.LastEventAt():u}, and the kitchen's answer is not known",
                "the kitchen is asked again"
            );
        }

        switch (order.Status)
        {
            case OrderStatus.Pending:
                return Pending(order, await payments.Find(order.Id, cancellationToken), since, unpaidSince);
            case OrderStatus.Cancelled when order.PaymentMethod != PaymentMethod.Cash:
                if (Refund(order, await payments.Find(order.Id, cancellationToken), since, unpaidSince) is { } owed)
                {
                    return owed;
                }

                break;
        }

        return tickets is null ? null : InKitchen(order, tickets.GetValueOrDefault(order.Id), since, isSilent);
    }

    /// <summary>Mends it; what meanwhile went on by itself stays as it is.</summary>
    /// <returns>Whether it is mended.</returns>
    public async Task<bool> Mend(Order order, Stall stall, Cause cause, CancellationToken cancellationToken)
    {
        if (stall.PaymentChange is { } change)
        {
            return (await payments.Change(order.Id, current => change(current, cause), handled: null, cancellationToken)).Succeeded;
        }

        if (stall.OrderChange is null)
        {
            await expiry.Expire(order, cause, cancellationToken);
            return true;
        }

        // A message of its own: what an order is told of others is stored also where it raises no event.
        var told = new HandledMessage(Guid.CreateVersion7(), nameof(StalledOrders));
        return (await orders.Change(order.Id, current => stall.OrderChange(current, cause), told, cancellationToken)).Succeeded;
    }

    /// <summary>A refund that its payment knows to be owed, or null.</summary>
    public static Stall? Owed(Payment payment, DateTimeOffset since) =>
        payment.RefundDueSince is { } due && (payment.RefundRequestedAt ?? due) < since
            ? new(
                new(Corruptions.RefundOwed, $"a refund of {payment.Amount} {Money.Currency} is owed since {due:u}"),
                "the refund is asked for again"
            )
            {
                PaymentChange = (current, cause) => current.RequestRefund(cause),
            }
            : null;

    private static Stall? Pending(Order order, Payment? payment, DateTimeOffset since, DateTimeOffset unpaidSince) =>
        payment switch
        {
            { Status: CollectionStatus.Collected } when payment.SettledAt < since => new(
                new(Corruptions.Stuck, $"pending since {order.PlacedAt:u}, though it is paid"),
                "it is confirmed"
            )
            {
                OrderChange = (current, cause) => current.Apply(payment.ToldAgain(), cause),
            },
            { Status: CollectionStatus.Failed } when payment.SettledAt < since => new(
                new(Corruptions.Stuck, $"pending since {order.PlacedAt:u}, though its payment failed"),
                "it is cancelled"
            )
            {
                OrderChange = (current, cause) => current.Apply(payment.FailureToldAgain(), cause),
            },
            null or { Status: CollectionStatus.Requested } when order.PlacedAt < unpaidSince => new(
                new(Corruptions.Stuck, $"pending since {order.PlacedAt:u}, and not paid"),
                "it is cancelled"
            ),
            null when order.PaymentMethod == PaymentMethod.Cash && order.LastEventAt() < since - order.RetellingBackOff() => Retold(
                $"pending since {order.PlacedAt:u}, though it is paid in cash",
                "the worker is told of it again"
            ),
            _ => null,
        };

    private static Stall? Refund(Order order, Payment? payment, DateTimeOffset since, DateTimeOffset unpaidSince)
    {
        if (payment is null or { Status: CollectionStatus.Requested })
        {
            return order.IsPaymentUnknown() && order.PlacedAt < unpaidSince
                ? new(
                    new(Corruptions.Stuck, $"cancelled since {order.CancelledAt:u}, and whether it was paid is not known"),
                    "its payment is closed, and what may have been taken is asked back"
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
                new(Corruptions.Stuck, "its payment failed and it does not know"),
                "it is told"
            )
            {
                OrderChange = (current, cause) => current.Apply(payment.FailureToldAgain(), cause),
            },
            CollectionStatus.Refunded => new(new(Corruptions.Stuck, "it was refunded and does not know"), "it is told")
            {
                OrderChange = (current, cause) => current.Apply(payment.RefundToldAgain(cause.At)),
            },
            CollectionStatus.Collected when order.PaymentStatus != PaymentStatus.Paid => new(
                new(
                    Corruptions.RefundOwed,
                    $"cancelled since {order.CancelledAt:u}, though {payment.Amount} {Money.Currency} were collected"
                ),
                "the refund is asked for"
            )
            {
                OrderChange = (current, cause) => current.Apply(payment.ToldAgain(), cause),
            },
            CollectionStatus.Collected when payment.RefundDueSince is null => new(
                new(
                    Corruptions.RefundOwed,
                    $"cancelled since {order.CancelledAt:u}, and {payment.Amount} {Money.Currency} are not given back"
                ),
                "the refund is asked for again"
            )
            {
                PaymentChange = (current, cause) => current.RequestRefund(cause),
            },
            _ => Owed(payment, since),
        };
    }

    private static Stall? InKitchen(Order order, TicketSteps? ticket, DateTimeOffset since, bool isSilent) =>
        (order.Status, ticket) switch
        {
            (OrderStatus.Confirmed, null) when isSilent => Retold(
                $"confirmed since {order.ConfirmedAt:u}, and the kitchen has no ticket of it",
                "the kitchen is told of it again"
            ),
            (OrderStatus.Confirmed or OrderStatus.Cooking, { ReadyAt: { } ready }) when ready < since => new(
                new(Corruptions.Stuck, $"{IndexKey.Of(order.Status)}, though its ticket is ready since {ready:u}"),
                "it is told"
            )
            {
                OrderChange = (current, _) =>
                    current.Apply(
                        new OrderReady
                        {
                            OrderId = order.Id,
                            Chef = ticket.Chef ?? "",
                            CookingStartedAt = ticket.StartedAt ?? ready,
                            OccurredAt = ready,
                            Actor = ticket.Chef ?? "",
                        }
                    ),
            },
            (OrderStatus.Confirmed, { StartedAt: { } started }) when started < since => new(
                new(Corruptions.Stuck, $"confirmed, though its ticket cooks since {started:u}"),
                "it is told"
            )
            {
                OrderChange = (current, _) =>
                    current.Apply(
                        new CookingStarted
                        {
                            OrderId = order.Id,
                            Chef = ticket.Chef ?? "",
                            OccurredAt = started,
                            Actor = ticket.Chef ?? "",
                        }
                    ),
            },
            (OrderStatus.Delivering or OrderStatus.Delivered, not null) when isSilent => Retold(
                $"{IndexKey.Of(order.Status)}, and the kitchen still has its ticket",
                "the kitchen is told of it again"
            ),
            (OrderStatus.Cancelled, not null) when isSilent => Retold(
                $"cancelled since {order.CancelledAt:u}, and the kitchen still has its ticket",
                "the kitchen is told of it again"
            ) with
            {
                Corruption = new(Corruptions.TicketWithoutOrder, "the kitchen has a ticket of an order that is cancelled"),
            },
            _ => null,
        };

    private static Stall Retold(string detail, string remedy) =>
        new(new(Corruptions.Stuck, detail), remedy) { OrderChange = (current, cause) => current.TellAgain(cause) };
}
