using MariosPizzeria.Contracts;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.OrderService.Features;

/// <summary>Raises the alarm over orders that are not ready though their time has come, once for each.</summary>
public sealed class RaiseLateAlarms(IRepository<Order> orders)
{
    /// <summary>How long after the promised time.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    // When more are late than this, one more alarm tells nobody anything new; the rest follow with the next ticks.
    private const int Most = 100;

    /// <summary>Looks at all that were promised before the cause's time less the grace, the longest overdue first.</summary>
    /// <param name="tick">The id of the event that said it was due.</param>
    /// <param name="cause">Who and when.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many alarms it raised.</returns>
    public async Task<int> Handle(Guid tick, Cause cause, CancellationToken cancellationToken)
    {
        var late = await orders.List(
            Query<Order>
                .All.Between(OrderDocuments.AwaitedAt, from: null, cause.At - Grace)
                .Ascending(OrderDocuments.AwaitedAt)
                .First(Most),
            cancellationToken
        );
        foreach (var order in late)
        {
            (
                await orders.Change(
                    order.Id,
                    current => current.NoteLate(cause),
                    new HandledMessage(tick, nameof(RaiseLateAlarms)),
                    cancellationToken
                )
            ).OrThrow();
        }

        return late.Count;
    }
}
