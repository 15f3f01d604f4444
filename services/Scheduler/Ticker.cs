using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.Scheduler;

/// <summary>
/// Publishes an event at each time at which a job is due, once for any number of schedulers: a lease in Redis makes the other schedulers
/// skip it, and the schedule's version lets only one of them succeed if the lease is lost. The event is published through the outbox. A
/// failure is logged and retried.
/// </summary>
public sealed partial class Ticker(Job job, IRepository<Schedule> schedules, ICache cache, TimeProvider time, ILogger<Ticker> logger)
    : BackgroundService
{
    // Longer than any tick takes; shorter than the shortest interval, so that the next tick replaces one during which a scheduler died.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    // The clock may be changed, and the machine may be suspended, so the delay until the next tick is never longer than this.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Publishes that the job is due, unless an event for this time has been published.</summary>
    /// <returns>Whether this call published it.</returns>
    public async Task<bool> TickAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var dueAt = job.LastDue(now);
        var schedule = await schedules.FindAsync(job.Name, cancellationToken) ?? Schedule.Of(job.Name);
        var events = schedule.Advance(dueAt, job.EventId(dueAt), new Cause("scheduler", now));
        if (
            events.Count == 0
            || !await HasLeaseAsync(dueAt, cancellationToken)
            || !await schedules.AddAsync(schedule, events, handled: null, cancellationToken)
        )
        {
            return false;
        }

        LogDue(logger, job.Name, dueAt);
        return true;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RetryLoop.RunForeverAsync(
            async cancellationToken =>
            {
                await TickAsync(cancellationToken);
                var now = time.GetUtcNow();
                return TimeSpan.FromTicks(Math.Min((job.NextDue(now) - now).Ticks, MaxDelay.Ticks));
            },
            e => LogFailed(logger, e, job.Name),
            PauseAfterFailure,
            time,
            stoppingToken
        );

    private async Task<bool> HasLeaseAsync(DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        try
        {
            return await cache.AddAsync($"schedule:{job.Name}:{dueAt:O}", Environment.MachineName, Lease, cancellationToken);
        }
        catch (RedisUnavailableException)
        {
            // The lease only avoids unnecessary work; the schedule's version ensures that one scheduler succeeds.
            return true;
        }
    }

    [LoggerMessage(200, LogLevel.Information, "Job {job} is due", EventName = "job_due")]
    private static partial void LogDue(ILogger logger, string job, DateTimeOffset due_at);

    [LoggerMessage(201, LogLevel.Error, "Job {job} is due but could not be published; retrying")]
    private static partial void LogFailed(ILogger logger, Exception exception, string job);
}
