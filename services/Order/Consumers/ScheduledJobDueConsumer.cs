using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>Does what the scheduler says is due, where it is Order's work. Each job may run twice with no more effect than once.</summary>
[ConsumerNames(queue: "order-run-scheduled-job", inboxKey: "RunScheduledJob")]
public sealed partial class ScheduledJobDueConsumer(
    ExpireUnpaidOrders expireUnpaid,
    TellAgain tellAgain,
    RaiseLateAlarms raiseLateAlarms,
    ForgetOldNotifications forgetOldNotifications,
    ILogger<ScheduledJobDueConsumer> logger
) : IConsumer<ScheduledJobDue>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ScheduledJobDue> context)
    {
        var due = context.Message;

        // As of the time it was due: a tick that comes late expires nothing that was in time then.
        Cause cause = context.Cause() with
        {
            At = due.DueAt,
        };
        var stop = context.CancellationToken;
        int? changed = due.Job switch
        {
            ScheduledJobs.ExpireUnpaid => await expireUnpaid.Handle(cause, stop),
            ScheduledJobs.TellAgain => await tellAgain.Handle(cause, stop),
            ScheduledJobs.LateOrders => await raiseLateAlarms.Handle(due.EventId, cause, stop),
            ScheduledJobs.Prune => await forgetOldNotifications.Handle(due.DueAt, stop),
            _ => null,
        };
        if (changed is not null)
        {
            LogDone(logger, due.Job, changed.Value);
        }
    }

    [LoggerMessage(120, LogLevel.Information, "Scheduled job {job} done: {changed} changed")]
    private static partial void LogDone(ILogger logger, string job, int changed);
}
