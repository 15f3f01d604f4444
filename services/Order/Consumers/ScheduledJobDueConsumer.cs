using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.BuildingBlocks.Scheduling;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>Runs Order's scheduled jobs.</summary>
[ConsumerNames(queue: "order-run-scheduled-job", inboxKey: "RunScheduledJob")]
public sealed class ScheduledJobDueConsumer(IEnumerable<IScheduledJob> jobs, ILogger<ScheduledJobDueConsumer> logger)
    : ScheduledJobConsumer(jobs, logger);
