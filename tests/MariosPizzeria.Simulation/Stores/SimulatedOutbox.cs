using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Simulation.Scheduling;
using MariosPizzeria.Simulation.World;

namespace MariosPizzeria.Simulation.Stores;

/// <summary>
/// A process's access to the outbox. Its claim on stored events ends with the process, as a transaction does, and after a lease, as with
/// MongoDB: a relay that slept longer than the lease publishes events that another relay has published.
/// </summary>
internal sealed class SimulatedOutbox(World.World world, SimulatedProcess process, SimulatedDatabase database) : IOutbox
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    public async Task<int> DrainAsync(
        int limit,
        TimeSpan age,
        Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish,
        CancellationToken cancellationToken
    )
    {
        var taken = database.Memory.Take(limit, age);
        if (taken.Count == 0)
        {
            return 0;
        }

        var isClaimed = true;
        process.OnDeath(ReleaseClaim);
        world.Outside.Time.After(Lease, ReleaseClaim);
        var published = false;
        try
        {
            await world.StepAsync(process, Operation.Claim, database.Name, () => true, Away);
            await publish(taken, cancellationToken);
            published = true;
        }
        finally
        {
            try
            {
                await world.StepAsync(process, Operation.Settle, database.Name, () => Settle(published), Away);
            }
            finally
            {
                ReleaseClaim();
                process.ForgetOnDeath(ReleaseClaim);
            }
        }

        return taken.Count;

        bool Settle(bool isDone)
        {
            if (isDone || isClaimed)
            {
                isClaimed = false;
                database.Memory.Complete(taken, isDone);
            }

            return isDone;
        }

        void ReleaseClaim()
        {
            if (isClaimed)
            {
                isClaimed = false;
                database.Memory.Complete(taken, published: false);
            }
        }
    }

    public Task RemoveAsync(IReadOnlyList<OutboxKey> published, CancellationToken cancellationToken)
    {
        // Copies the list, because the caller may reuse it before the step runs.
        var keys = published.ToList();
        return world.StepAsync(
            process,
            Operation.Settle,
            database.Name,
            () =>
            {
                _ = database.Memory.RemoveAsync(keys, CancellationToken.None);
                return true;
            },
            Away
        );
    }

    public Task<int> BacklogAsync(int limit, CancellationToken cancellationToken) => database.Memory.BacklogAsync(limit, cancellationToken);

    public Task<DateTimeOffset?> OldestAsync(CancellationToken cancellationToken) => database.Memory.OldestAsync(cancellationToken);

    private static DatabaseUnavailableException Away() => new(inner: null);
}
