using MariosPizzeria.Contracts.V1;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.MenuService.Consumers;

/// <summary>
/// Keeps the kitchen's load. A late or repeated message is recognised by its load version, so none is recorded as handled: twice a
/// second that would be a row for nothing.
/// </summary>
[ConsumerNames(queue: "menu-kitchen-load-changed", inboxKey: "KitchenLoadChangedConsumer")]
public sealed class KitchenLoadChangedConsumer(IRepository<KitchenLoad> loads) : IConsumer<KitchenLoadChanged>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<KitchenLoadChanged> context)
    {
        SaveResult saved;
        do
        {
            var load = await loads.Current(context.CancellationToken) ?? KitchenLoad.Unknown();
            if (!load.Observe(context.Message))
            {
                return;
            }

            saved = await loads.Save(load, [], handled: null, context.CancellationToken);
        } while (saved == SaveResult.Conflict);
    }
}
