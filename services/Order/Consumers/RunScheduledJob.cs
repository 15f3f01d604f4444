using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Ordering.Features;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.Ordering.Consumers;

/// <summary>Does what the scheduler says is due, where it is Order's work. Each job may run twice with no more effect than once.</summary>
public sealed partial class RunScheduledJob(ExpireUnpaidOrders expireUnpaid, ILogger<RunScheduledJob> logger) : IConsumer<ScheduledJobDue>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ScheduledJobDue> context)
    {
        switch (context.Message.Job)
        {
            case ScheduledJobs.ExpireUnpaid:
                // As of the time it was due: a tick that comes late expires nothing that was in time then.
                Cause cause = context.Cause() with
                {
                    At = context.Message.DueAt,
                };
                LogDone(logger, context.Message.Job, await expireUnpaid.Handle(cause, context.CancellationToken));
                break;
        }
    }

    [LoggerMessage(120, LogLevel.Information, "Scheduled job {job} done: {changed} changed")]
    private static partial void LogDone(ILogger logger, string job, int changed);
}
