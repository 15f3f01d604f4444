using MariosPizzeria.BuildingBlocks.Scheduling;

namespace MariosPizzeria.OrderService.Jobs;

/// <summary>Raises an alarm for orders that will miss their promised time, once for each time that the customer was told.</summary>
public sealed class RaiseLateAlarms(IRepository<Order> orders) : IScheduledJob
{
    /// <summary>The delay after the due time of a step before the alarm is raised.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    // If more orders are late, further alarms give no new information; the remaining orders follow in the next runs.
    private const int Most = 100;

    // Stored in the inbox of the orders, so it must not change when the class is renamed.
    private const string InboxKey = "RaiseLateAlarms";

    public string Name => ScheduledJobs.LateOrders;

    /// <summary>Checks the orders whose step was due before the cause's time minus the grace, the longest overdue first.</summary>
    /// <returns>The number of alarms raised.</returns>
    public async Task<int> RunAsync(Cause cause, Guid dueId, CancellationToken cancellationToken)
    {
        var late = await orders.ListAsync(
            Query<Order>
                .All.Between(OrderDocuments.AwaitedAt, from: null, cause.At - Grace)
                .Ascending(OrderDocuments.AwaitedAt)
                .First(Most),
            cancellationToken
        );
        var raised = 0;
        foreach (var order in late)
        {
            Order? alarmed = null;
            var noted = (await orders.ChangeAsync(order.Id, NoteLate, new HandledMessage(dueId, InboxKey), cancellationToken)).OrThrow();

            // An order that was changed since it was listed may not be late any more, and a concurrent run may have raised its alarm.
            if (ReferenceEquals(noted, alarmed))
            {
                raised++;
            }

            Result<IReadOnlyList<Event>> NoteLate(Order current)
            {
                var events = current.NoteLate(cause);
                alarmed = events is { Succeeded: true, Value.Count: > 0 } ? current : null;
                return events;
            }
        }

        return raised;
    }
}
