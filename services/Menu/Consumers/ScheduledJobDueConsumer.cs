using MariosPizzeria.Contracts.V1;
using MariosPizzeria.MenuService.Features;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.MenuService.Consumers;

/// <summary>Does the menu's scheduled job when the scheduler says that it is due. Twice is once.</summary>
[ConsumerNames(queue: "menu-return-sold-out", inboxKey: "ReturnSoldOutConsumer")]
public sealed partial class ScheduledJobDueConsumer(ReturnSoldOut returnSoldOut, ILogger<ScheduledJobDueConsumer> logger)
    : IConsumer<ScheduledJobDue>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ScheduledJobDue> context)
    {
        if (context.Message.Job == ScheduledJobs.ReturnSoldOut)
        {
            var count = await returnSoldOut.Handle(context.Message.DueAt, context.Cause(), context.CancellationToken);
            LogDone(logger, context.Message.Job, count);
        }
    }

    [LoggerMessage(200, LogLevel.Information, "Scheduled job {job} done: {changed} changed")]
    private static partial void LogDone(ILogger logger, string job, int changed);
}
