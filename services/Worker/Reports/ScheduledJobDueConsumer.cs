using MariosPizzeria.BuildingBlocks.Scheduling;

namespace MariosPizzeria.Worker.Reports;

/// <summary>Runs the worker's scheduled jobs.</summary>
[ConsumerNames(queue: "worker-make-daily-report", inboxKey: "MakeDailyReport")]
public sealed class ScheduledJobDueConsumer(IEnumerable<IScheduledJob> jobs, ILogger<ScheduledJobDueConsumer> logger)
    : ScheduledJobConsumer(jobs, logger);
