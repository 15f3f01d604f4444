using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.BuildingBlocks.Scheduling;

namespace MariosPizzeria.MenuService.Consumers;

/// <summary>Runs Menu's scheduled jobs.</summary>
[ConsumerNames(queue: "menu-return-sold-out", inboxKey: "ReturnSoldOutConsumer")]
public sealed class ScheduledJobDueConsumer(IEnumerable<IScheduledJob> jobs, ILogger<ScheduledJobDueConsumer> logger)
    : ScheduledJobConsumer(jobs, logger);
