using OrderEvent = MariosPizzeria.Contracts.V1.OrderEvent;
using OrderPlaced = MariosPizzeria.Contracts.V1.OrderPlaced;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>
/// Logs a line with the order's id for each step of an order, in the process that committed it. Work of consumers on the event is logged at
/// Debug, unless it is a step itself. The line about an order's creation stands for all events of that commit.
/// </summary>
internal sealed partial class OrderStepLog(CommittedEventQueue commits, ILogger<OrderStepLog> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        commits.AddListener(OnCommitted);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void OnCommitted(IDocument document, IReadOnlyList<Contracts.V1.Event> events)
    {
        if (events.Any(e => e is OrderPlaced))
        {
            return;
        }

        foreach (var step in events.OfType<OrderEvent>())
        {
            LogStep(logger, step.GetType().Name, step.OrderId);
        }
    }

    [LoggerMessage(13, LogLevel.Information, "{step} of order {order_id}", EventName = "order_step")]
    private static partial void LogStep(ILogger logger, string step, string order_id);
}
