using MariosPizzeria.BuildingBlocks.Messaging;
using MassTransit;

namespace MariosPizzeria.MenuService.Consumers;

/// <summary>
/// Stores the kitchen's load. A late or repeated message is recognised by its load version, so no message is recorded as handled: that
/// would write an unnecessary row twice a second.
/// </summary>
[ConsumerNames(queue: "menu-kitchen-load-changed", inboxKey: "KitchenLoadChangedConsumer")]
public sealed class KitchenLoadChangedConsumer(IRepository<KitchenLoad> loads) : IConsumer<KitchenLoadChanged>
{
    public async Task Consume(ConsumeContext<KitchenLoadChanged> context)
    {
        SaveResult saved;
        do
        {
            var load = await loads.CurrentAsync(context.CancellationToken) ?? KitchenLoad.Unknown();
            if (!load.Observe(context.Message))
            {
                return;
            }

            saved = await loads.SaveAsync(load, [], handled: null, context.CancellationToken);
        } while (saved == SaveResult.Conflict);
    }
}
