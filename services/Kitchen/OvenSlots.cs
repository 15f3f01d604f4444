using System.Collections.Concurrent;

namespace MariosPizzeria.KitchenService;

/// <summary>
/// Reserves and frees the kitchen's slots. All slots are in one document, which every start and every finish in every replica writes.
/// Therefore the changes of one process are queued and stored together, so that only replicas can conflict.
/// </summary>
/// <remarks>
/// This order ensures that the capacity is never exceeded and no slot is lost. A start reads the ticket, reserves a slot, then stores the
/// ticket under the version that it read; an undo of a ready ticket does the same. Code that frees the slot of a ticket that may be about
/// to cook first stores the ticket again, so that a start that is slow and not dead finds another version and begins again. Code that ends
/// the cooking of a ticket frees the slot that the ticket had then, and not one that was reserved later.
/// </remarks>
public sealed class OvenSlots(KitchenProvider kitchen, IRepository<Kitchen> kitchens, IRepository<Ticket> tickets, TimeProvider time)
    : IDisposable
{
    /// <summary>A start that takes longer between reserving the slot and storing the ticket is considered dead.</summary>
    public static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    private const int Attempts = 50;
    private const int WidestBackOff = 4;

    private readonly ConcurrentQueue<Change> _waiting = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Reserves a slot for a ticket; if the kitchen seems to be full, abandoned slots are cleared first.</summary>
    /// <returns>True, or <c>kitchen-at-capacity</c>.</returns>
    public async Task<Result<bool>> ReserveAsync(string orderId, CancellationToken cancellationToken)
    {
        var reserved = await StoreAsync(kitchen => kitchen.Reserve(orderId, time.GetUtcNow()));
        return reserved.Succeeded || !await ClearAbandonedAsync(cancellationToken)
            ? reserved
            : await StoreAsync(kitchen => kitchen.Reserve(orderId, time.GetUtcNow()));
    }

    /// <summary>Frees the slot of a ticket that is ready or withdrawn; does nothing if it has none.</summary>
    public Task FreeAsync(string orderId) => StoreAsync(kitchen => kitchen.Free(orderId));

    /// <summary>Returns the slot of a ticket; null if it has none.</summary>
    public async Task<Slot?> OfAsync(string orderId, CancellationToken cancellationToken) =>
        (await kitchen.FindAsync(cancellationToken)).Slots.Find(slot => slot.OrderId == orderId);

    /// <summary>Frees a slot unless it was reserved again.</summary>
    public Task FreeAsync(Slot slot) => StoreAsync(kitchen => kitchen.Free(slot));

    /// <summary>Frees the slot of a ticket that will not cook after all; keeps it if the ticket cooks because of another call.</summary>
    public async Task ReleaseAsync(string orderId, CancellationToken cancellationToken)
    {
        while (
            await OfAsync(orderId, cancellationToken) is { } slot
            && await tickets.FindAsync(orderId, cancellationToken) is { State: not TicketState.Cooking } ticket
        )
        {
            if (await tickets.SaveAsync(ticket, [], handled: null, cancellationToken) == SaveResult.Saved)
            {
                await FreeAsync(slot);
                return;
            }
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Frees the slots of processes that died between the changes of slot and ticket.</summary>
    /// <returns>Whether any was freed.</returns>
    private async Task<bool> ClearAbandonedAsync(CancellationToken cancellationToken)
    {
        var slots = (await kitchen.FindAsync(cancellationToken)).Slots;
        var cooking = (await tickets.ListAsync(Collections.InState(TicketState.Cooking).InDueOrder(), cancellationToken))
            .Select(ticket => ticket.Id)
            .ToHashSet();
        var cleared = false;
        foreach (var slot in slots.Where(slot => !cooking.Contains(slot.OrderId)))
        {
            if (await IsAbandonedAsync(slot, cancellationToken))
            {
                cleared |= (await StoreAsync(kitchen => kitchen.Free(slot))) is { Succeeded: true, Value: true };
            }
        }

        return cleared;
    }

    private async Task<bool> IsAbandonedAsync(Slot slot, CancellationToken cancellationToken)
    {
        var ticket = await tickets.FindAsync(slot.OrderId, cancellationToken);
        var isOver = time.GetUtcNow() - slot.ReservedAt > LongestStart;
        return ticket switch
        {
            null or { State: TicketState.Withdrawn } => true,
            // The slot was reserved when the ticket was already ready: by an undo, which may only be slow.
            { State: TicketState.Ready } when isOver || slot.ReservedAt <= ticket.ReadyAt => await StoreAnew(ticket),
            { State: TicketState.Queued } when isOver => await StoreAnew(ticket),
            _ => false,
        };

        async Task<bool> StoreAnew(Ticket stored) =>
            await tickets.SaveAsync(stored, [], handled: null, cancellationToken) == SaveResult.Saved;
    }

    // This can't be cancelled: another call may already be storing the waiting change.
    private async Task<Result<bool>> StoreAsync(Func<Kitchen, Result<bool>> apply)
    {
        var change = new Change(apply);
        _waiting.Enqueue(change);
        await _turn.WaitAsync();
        try
        {
            if (!change.Result.Task.IsCompleted)
            {
                await StoreWaitingAsync();
            }
        }
        finally
        {
            _turn.Release();
        }

        return await change.Result.Task;
    }

    private async Task StoreWaitingAsync()
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
                var current = await kitchen.FindAsync(CancellationToken.None);
                var outcomes = changes.ConvertAll(change => change.Apply(current));
                if (
                    !outcomes.Exists(outcome => outcome is { Succeeded: true, Value: true })
                    || await kitchens.SaveAsync(current, [], handled: null, CancellationToken.None) == SaveResult.Saved
                )
                {
                    changes.Zip(outcomes).ToList().ForEach(pair => pair.First.Result.SetResult(pair.Second));
                    return;
                }

                // Another replica was faster. Only replicas conflict here, and each stores many changes at once, so a short back-off is
                // enough.
                await kitchens.BackOffAsync(Math.Min(attempt, WidestBackOff), CancellationToken.None);
            }

            throw new ConcurrencyException("Too many concurrent changes of the kitchen's slots.");
        }
        catch (Exception e)
        {
            changes.ForEach(change => change.Result.TrySetException(e));
        }
    }

    private sealed record Change(Func<Kitchen, Result<bool>> Apply)
    {
        public TaskCompletionSource<Result<bool>> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
