using MariosPizzeria.BuildingBlocks.Scheduling;

namespace MariosPizzeria.OrderService.Jobs;

/// <summary>Deletes old notifications.</summary>
public sealed class DeleteOldNotifications(IRepository<Notification> notifications) : IScheduledJob
{
    /// <summary>How long a notification is kept.</summary>
    public static readonly TimeSpan RetentionPeriod = TimeSpan.FromDays(30);

    private const int Batch = 500;

    public string Name => ScheduledJobs.Prune;

    /// <summary>Deletes all notifications that are older than <see cref="RetentionPeriod"/> at the time of the cause.</summary>
    /// <returns>The number of deleted notifications.</returns>
    public async Task<int> RunAsync(Cause cause, Guid dueId, CancellationToken cancellationToken)
    {
        var old = Query<Notification>.All.Between(OrderDocuments.NotifiedAt, from: null, cause.At - RetentionPeriod).First(Batch);
        var forgotten = 0;
        int batch;
        do
        {
            batch = await notifications.RemoveAsync(old, cancellationToken);
            forgotten += batch;
        } while (batch == Batch);

        return forgotten;
    }
}
