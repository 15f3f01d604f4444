using MariosPizzeria.KitchenService.Features;

namespace MariosPizzeria.KitchenService.Background;

/// <summary>Publishes how busy the kitchen is.</summary>
public sealed class PublishLoad(
    ReadLoad reading,
    IRepository<KitchenLoad> loads,
    CurrentPace pace,
    KitchenMetrics metrics,
    TimeProvider time
)
{
    /// <summary>The minimum time between two publications, of any replica.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Publishes the load if it changed.</summary>
    /// <returns>False if it is too early, or if another replica was faster: the caller tries again after the interval.</returns>
    public async Task<bool> Handle(CancellationToken cancellationToken)
    {
        var load = await FindAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (now - load.PublishedAt < Interval)
        {
            Observe(load.Figures!);
            return false;
        }

        return await PublishAsync(load, new Cause("kitchen", now), cancellationToken);
    }

    /// <summary>
    /// Publishes the load without waiting for the interval, so that a manager's setting applies to the next promise. If this fails, the
    /// periodic check publishes it.
    /// </summary>
    public async Task HandleAtOnceAsync(Cause cause, CancellationToken cancellationToken)
    {
        while (!await PublishAsync(await FindAsync(cancellationToken), cause, cancellationToken))
        {
            // Another replica published concurrently, perhaps without the change.
        }
    }

    private async Task<KitchenLoad> FindAsync(CancellationToken cancellationToken) =>
        await loads.FindAsync(KitchenLoad.SingletonId, cancellationToken) ?? KitchenLoad.Unpublished();

    private async Task<bool> PublishAsync(KitchenLoad load, Cause cause, CancellationToken cancellationToken)
    {
        var figures = await reading.Handle(cancellationToken);
        Observe(figures);
        var events = load.Publish(figures, cause);
        return events.Count == 0 || await loads.SaveAsync(load, events, handled: null, cancellationToken) == SaveResult.Saved;
    }

    private void Observe(LoadFigures figures)
    {
        metrics.TicketsCounted(figures);
        pace.PizzaMinutes = figures.Workload?.PizzaMinutes ?? pace.PizzaMinutes;
    }
}
