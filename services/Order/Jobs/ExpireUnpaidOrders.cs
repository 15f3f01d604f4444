using MariosPizzeria.BuildingBlocks.Scheduling;

namespace MariosPizzeria.OrderService.Jobs;

/// <summary>
/// Cancels orders without a payment result. The payment record is read first: if the payment was collected, the order is confirmed instead;
/// otherwise the payment is closed before the order is cancelled, so that the card is not charged afterwards.
/// </summary>
public sealed class ExpireUnpaidOrders(IRepository<Order> orders, IRepository<Payment> payments) : IScheduledJob
{
    /// <summary>How long an order may be pending.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(15);

    private const int Batch = 200;

    public string Name => ScheduledJobs.ExpireUnpaid;

    /// <summary>Cancels or confirms all pending orders that were placed longer ago than <see cref="Timeout"/>.</summary>
    /// <returns>The number of these orders.</returns>
    public async Task<int> RunAsync(Cause cause, Guid dueId, CancellationToken cancellationToken)
    {
        var expired = 0;
        while (true)
        {
            var unpaid = await orders.ListAsync(
                Query<Order>
                    .All.Where(OrderDocuments.InStatus, IndexKey.Of(OrderStatus.Pending))
                    .Between(OrderDocuments.PlacedAt, from: null, cause.At - Timeout)
                    .Ascending(OrderDocuments.PlacedAt)
                    .First(Batch),
                cancellationToken
            );
            foreach (var order in unpaid)
            {
                await ExpireAsync(order, cause, cancellationToken);
                expired++;
            }

            if (unpaid.Count < Batch)
            {
                return expired;
            }
        }
    }

    /// <summary>Cancels or confirms one order; an order that is not pending is not changed.</summary>
    public async Task ExpireAsync(Order order, Cause cause, CancellationToken cancellationToken)
    {
        var payment =
            order.PaymentMethod == PaymentMethod.Cash
                ? await payments.FindAsync(order.Id, cancellationToken)
                : await CloseAsync(order, cause, cancellationToken);
        (
            await orders.ChangeAsync(
                order.Id,
                current =>
                    payment?.Status == CollectionStatus.Collected ? current.Apply(payment.SucceededEvent(), cause) : current.Expire(cause),
                handled: null,
                cancellationToken
            )
        ).OrThrow();
    }

    private async Task<Payment> CloseAsync(Order order, Cause cause, CancellationToken cancellationToken)
    {
        while (true)
        {
            var closed = await payments.ChangeAsync(order.Id, payment => payment.Expire(cause), handled: null, cancellationToken);
            if (closed.Succeeded || closed.Error.Code != ErrorCodes.NotFound)
            {
                return closed.OrThrow();
            }

            var payment = Payment.For(order);
            if (await payments.AddAsync(payment, payment.Expire(cause).OrThrow(), handled: null, cancellationToken))
            {
                return payment;
            }

            // Another process has created the payment at the same time.
        }
    }
}
