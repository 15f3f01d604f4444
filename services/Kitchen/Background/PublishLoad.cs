using MariosPizzeria.Contracts;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.KitchenService.Features;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.KitchenService.Background;

/// <summary>Tells the others how busy the kitchen is.</summary>
public sealed class PublishLoad(ReadStatus status, IRepository<KitchenLoad> loads, KitchenMetrics metrics, TimeProvider time)
{
    /// <summary>No sooner after the last publication, of whichever replica.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Publishes the load if it changed.</summary>
    /// <returns>False where it is too early, or another replica was quicker: to be looked at again after the interval.</returns>
    public async Task<bool> Handle(CancellationToken cancellationToken)
    {
        var load = await loads.Find(KitchenLoad.TheOnlyId, cancellationToken) ?? KitchenLoad.Unpublished();
        var now = time.GetUtcNow();
        if (now - load.PublishedAt < Interval)
        {
            metrics.TicketsCounted(load.Figures!);
            return false;
        }

        var current = await status.Handle(cancellationToken);
        var figures = new LoadFigures(current.Capacity, current.Cooking, current.Queued, current.AverageCookMinutes);
        metrics.TicketsCounted(figures);
        var events = load.Publish(figures, new Cause("kitchen", now));
        return events.Count == 0 || await loads.Save(load, events, handled: null, cancellationToken) == SaveResult.Saved;
    }
}
