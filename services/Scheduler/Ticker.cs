using MariosPizzeria.Contracts;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.Scheduler;

/// <summary>
/// Tells that a job is due, once for each time, however many schedulers run: a lease in Redis keeps the others quiet, and the
/// schedule's version lets only one of them through should the lease be lost. The event goes out by the outbox.
/// </summary>
public sealed partial class Ticker(IRepository<Schedule> schedules, ICache cache, TimeProvider time, ILogger<Ticker> logger)
{
    // Longer than any tick takes; shorter than the shortest interval, so that a scheduler that died on one tick is made good by the next look.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>Tells it, unless this time has been told.</summary>
    /// <returns>Whether this call told it.</returns>
    public async Task<bool> Tick(Job job, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var dueAt = job.LastDue(now);
        var schedule = await schedules.Find(job.Name, cancellationToken) ?? Schedule.Of(job.Name);
        var events = schedule.Tick(dueAt, job.EventId(dueAt), new Cause("scheduler", now));
        if (
            events.Count == 0
            || !await HasLease(job, dueAt, cancellationToken)
            || !await schedules.Add(schedule, events, handled: null, cancellationToken)
        )
        {
            return false;
        }

        LogTold(logger, job.Name, dueAt);
        return true;
    }

    private async Task<bool> HasLease(Job job, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        try
        {
            return await cache.Add($"schedule:{job.Name}:{dueAt:O}", Environment.MachineName, Lease, cancellationToken);
        }
        catch (RedisUnavailableException)
        {
            // The lease only saves work; the schedule's version decides.
            return true;
        }
    }

    [LoggerMessage(200, LogLevel.Information, "Job {job} is due", EventName = "job_due")]
    private static partial void LogTold(ILogger logger, string job, DateTimeOffset due_at);
}
