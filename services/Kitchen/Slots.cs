using System.Collections.Concurrent;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.KitchenService;

/// <summary>
/// Reserves and frees the kitchen's slots. All of them are in one document that every start and every finish of every replica
/// writes; so the changes of one process wait for each other and are stored together, and only replicas can collide.
/// </summary>
/// <remarks>
/// That capacity is never exceeded and no slot is lost rests on this order. A start reads the ticket, reserves a slot, then stores
/// the ticket under the version it read. Whoever frees the slot of a ticket that is still queued first stores the ticket anew, so
/// that the start, if it is only slow and not dead, finds another version and begins again.
/// </remarks>
public sealed class Slots(TheKitchen kitchen, IRepository<Kitchen> kitchens, IRepository<Ticket> tickets, TimeProvider time) : IDisposable
{
    /// <summary>A start that takes longer between slot and ticket is held to be dead.</summary>
    public static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    private const int Attempts = 50;

    private readonly ConcurrentQueue<Change> _waiting = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Holds a slot for a ticket; when the kitchen looks full, slots that were left behind are cleared first.</summary>
    /// <returns>True, or <c>kitchen-at-capacity</c>.</returns>
    public async Task<Outcome<bool>> Reserve(string orderId, CancellationToken cancellationToken)
    {
        var reserved = await Store(kitchen => kitchen.Reserve(orderId, time.GetUtcNow()));
        return reserved.Succeeded || !await ClearAbandoned(cancellationToken)
            ? reserved
            : await Store(kitchen => kitchen.Reserve(orderId, time.GetUtcNow()));
    }

    /// <summary>Gives back the slot of a ticket that is ready or withdrawn; nothing where it has none.</summary>
    public Task Free(string orderId) => Store(kitchen => kitchen.Free(orderId));

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>Frees the slots of processes that died between slot and ticket, or between ticket and slot.</summary>
    /// <returns>Whether any was freed.</returns>
    private async Task<bool> ClearAbandoned(CancellationToken cancellationToken)
    {
        var slots = (await kitchen.Find(cancellationToken)).Slots;
        var cooking = (await tickets.List(Collections.InState(TicketState.Cooking), cancellationToken))
            .Select(ticket => ticket.Id)
            .ToHashSet();
        var cleared = false;
        foreach (var slot in slots.Where(slot => !cooking.Contains(slot.OrderId)))
        {
            if (await IsAbandoned(slot, cancellationToken))
            {
                cleared |= (await Store(kitchen => kitchen.Free(slot))) is { Succeeded: true, Value: true };
            }
        }

        return cleared;
    }

    private async Task<bool> IsAbandoned(Slot slot, CancellationToken cancellationToken) =>
        await tickets.Find(slot.OrderId, cancellationToken) switch
        {
            null => true,
            { State: TicketState.Ready or TicketState.Withdrawn } => true,
            { State: TicketState.Queued } ticket when time.GetUtcNow() - slot.ReservedAt > LongestStart => await tickets.Save(
                ticket,
                [],
                handled: null,
                cancellationToken
            ) == SaveResult.Saved,
            _ => false,
        };

    // Not to be cancelled: once it waits, somebody else may be storing it already.
    private async Task<Outcome<bool>> Store(Func<Kitchen, Outcome<bool>> apply)
    {
        var change = new Change(apply);
        _waiting.Enqueue(change);
        await _turn.WaitAsync();
        try
        {
            if (!change.Result.Task.IsCompleted)
            {
                await StoreWaiting();
            }
        }
        finally
        {
            _turn.Release();
        }

        return await change.Result.Task;
    }

    private async Task StoreWaiting()
    {
        var changes = new List<Change>();
        while (_waiting.TryDequeue(out var change))
        {
            changes.Add(change);
        }

        try
        {
            for (var attempt = 1; attempt <= Attempts; attempt++)
            {
                var current = await kitchen.Find(CancellationToken.None);
                var outcomes = changes.ConvertAll(change => change.Apply(current));
                if (
                    !outcomes.Exists(outcome => outcome is { Succeeded: true, Value: true })
                    || await kitchens.Save(current, [], handled: null, CancellationToken.None) == SaveResult.Saved
                )
                {
                    changes.Zip(outcomes).ToList().ForEach(pair => pair.First.Result.SetResult(pair.Second));
                    return;
                }

                // Another replica was quicker. Spread the contenders, or they meet again.
                await Task.Delay(Random.Shared.Next(Math.Min(attempt, 10) * 2));
            }

            throw new TimeoutException("The kitchen's slots are being changed by others all the time.");
        }
        catch (Exception e)
        {
            changes.ForEach(change => change.Result.TrySetException(e));
        }
    }

    private sealed record Change(Func<Kitchen, Outcome<bool>> Apply)
    {
        public TaskCompletionSource<Outcome<bool>> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
