using MariosPizzeria.Contracts;
using MariosPizzeria.Ordering.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.Ordering.Features;

/// <summary>Cancels orders whose payment was never heard of.</summary>
public sealed class ExpireUnpaidOrders(IRepository<Order> orders)
{
    /// <summary>How long an order may be pending.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private const int Batch = 200;

    /// <summary>Cancels all that were placed longer ago than <see cref="Patience"/> and are pending.</summary>
    /// <returns>How many it cancelled.</returns>
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
                (await orders.Change(order.Id, current => current.Expire(cause), handled: null, cancellationToken)).OrThrow();
                expired++;
            }

            if (unpaid.Count < Batch)
            {
                return expired;
            }
        }
    }
}
