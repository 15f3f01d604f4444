using MariosPizzeria.BuildingBlocks.Messaging;
using MassTransit;

namespace MariosPizzeria.BuildingBlocks.Scheduling;

/// <summary>Runs the service's job that is due. Each service derives a class from it to name its queue.</summary>
public abstract partial class ScheduledJobConsumer(IEnumerable<IScheduledJob> jobs, ILogger logger) : IConsumer<ScheduledJobDue>
{
    public async Task Consume(ConsumeContext<ScheduledJobDue> context)
    {
        var due = context.Message;

        // Every service receives the message of every job; most jobs belong to another service.
        if (jobs.FirstOrDefault(job => job.Name == due.Job) is { } job)
        {
            var changed = await job.RunAsync(context.Cause() with { At = due.DueAt }, due.EventId, context.CancellationToken);
            LogDone(logger, due.Job, changed);
        }
    }

    [LoggerMessage(120, LogLevel.Information, "Scheduled job {job} done: {changed} changed")]
    private static partial void LogDone(ILogger logger, string job, int changed);
}
