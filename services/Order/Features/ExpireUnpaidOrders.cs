using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.OrderService.Features;

/// <summary>
/// Cancels orders whose payment was never heard of. The payment's own record is asked first: one that was collected is told to the
/// order instead, and one that was not is closed before the order is cancelled, so that nobody charges the card afterwards.
/// </summary>
public sealed class ExpireUnpaidOrders(IRepository<Order> orders, IRepository<Payment> payments)
{
    /// <summary>How long an order may be pending.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private const int Batch = 200;

    /// <summary>Cancels, or confirms, all that were placed longer ago than <see cref="Patience"/> and are pending.</summary>
    /// <returns>How many were pending.</returns>
    public async Task<int> Handle(Cause cause, CancellationToken cancellationToken)
    {
        var expired = 0;
        while (true)
        {
            var unpaid = await orders.List(
                Query<Order>
                    .All.Where(OrderDocuments.InStatus, IndexKey.Of(OrderStatus.Pending))
                    .Between(OrderDocuments.PlacedAt, from: null, cause.At - Patience)
                    .Ascending(OrderDocuments.PlacedAt)
                    .First(Batch),
                cancellationToken
            );
            foreach (var order in unpaid)
            {
                await Expire(order, cause, cancellationToken);
                expired++;
            }

            if (unpaid.Count < Batch)
            {
                return expired;
            }
        }
    }

    /// <summary>One of them; an order that is not pending any more is left alone.</summary>
    public async Task Expire(Order order, Cause cause, CancellationToken cancellationToken)
    {
        var payment =
            order.PaymentMethod == PaymentMethod.Cash
                ? await payments.Find(order.Id, cancellationToken)
                : await Close(order, cause, cancellationToken);
        (
            await orders.Change(
                order.Id,
                current =>
                    payment?.Status == CollectionStatus.Collected ? current.Apply(payment.ToldAgain(), cause) : current.Expire(cause),
                handled: null,
                cancellationToken
            )
        ).OrThrow();
    }

    private async Task<Payment> Close(Order order, Cause cause, CancellationToken cancellationToken)
    {
        while (true)
        {
            var closed = await payments.Change(order.Id, payment => payment.Expire(cause), handled: null, cancellationToken);
            if (closed.Succeeded || closed.Fault.Slug != Slugs.NotFound)
            {
                return closed.OrThrow();
            }

            var payment = Payment.For(order);
            if (await payments.Add(payment, payment.Expire(cause).OrThrow(), handled: null, cancellationToken))
            {
                return payment;
            }

            // It was begun in this very moment.
        }
    }
}
