using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.KitchenService.Clients;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>
/// Undoes the last step of a ticket. A ready order may already be with a driver: Order is asked first, and its answer decides. A cooking
/// ticket concerns only the kitchen.
/// </summary>
public sealed class UndoStep(IRepository<Ticket> tickets, OvenSlots slots, OrderClient orders)
{
    private const int Attempts = 20;

    /// <summary>Undoes the last step, once, within two minutes.</summary>
    public static async Task<IResult> Post(string orderId, UndoStep undo, HttpContext http, CancellationToken cancellationToken) =>
        (await undo.Handle(orderId, http.Cause(), http.Idempotency()?.Handled, cancellationToken)).ToOk(TicketResponse.Of);

    /// <summary>
    /// Returns the ticket after the undo; <c>not-found</c>, <c>illegal-transition</c>, <c>kitchen-at-capacity</c>, or <c>unavailable</c> if
    /// Order can't be reached. The slot is reserved first, then Order is asked, then the ticket is stored: if the process dies in between,
    /// the slot is cleared later, and Order is told the state of its ticket again.
    /// </summary>
    public async Task<Result<Ticket>> Handle(string orderId, Cause cause, HandledMessage? handled, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await tickets.FindAsync(orderId, cancellationToken) is not { } ticket)
            {
                return Error.NotFound("ticket", orderId);
            }

            // The slot of a cooking ticket is read before the change: a slot that is reserved afterwards belongs to another chef.
            var wasReady = ticket.State == TicketState.Ready;

            // A repeated request must not recall the order once more: the ticket may have become ready again since the first one.
            if (wasReady && handled is not null && await tickets.HasHandledAsync(orderId, handled, cancellationToken))
            {
                return await ReleaseAndFindAsync(orderId, cancellationToken);
            }

            var slot = wasReady ? null : await slots.OfAsync(orderId, cancellationToken);
            var undone = ticket.Undo(cause);
            var refused = undone.Succeeded ? await ConfirmWithOrderAsync(wasReady, undone.Value, orderId, cancellationToken) : undone.Error;
            if (refused is not null)
            {
                if (handled is not null && await tickets.HasHandledAsync(orderId, handled, cancellationToken))
                {
                    return await ReleaseAndFindAsync(orderId, cancellationToken);
                }

                if (refused.Code != ErrorCodes.KitchenAtCapacity && (undone.Succeeded || attempt > 0))
                {
                    await slots.ReleaseAsync(orderId, cancellationToken);
                }

                return refused;
            }

            switch (await tickets.SaveAsync(ticket, undone.OrThrow(), handled, cancellationToken))
            {
                case SaveResult.Saved when slot is not null:
                    await slots.FreeAsync(slot);
                    return ticket;
                case SaveResult.Saved:
                    return ticket;
                case SaveResult.AlreadyHandled:
                    return await ReleaseAndFindAsync(orderId, cancellationToken);
            }
        }

        return new Error(ErrorCodes.VersionConflict, "The ticket is being changed by other requests; try again.");
    }

    // The request was handled before, perhaps by a process that died before it freed the slot; this call may have reserved one, too. Since
    // then the ticket may have been started again: a ticket that cooks keeps its slot.
    private async Task<Result<Ticket>> ReleaseAndFindAsync(string orderId, CancellationToken cancellationToken)
    {
        await slots.ReleaseAsync(orderId, cancellationToken);
        return await tickets.FindAsync(orderId, cancellationToken) is { } stored ? stored : Error.NotFound("ticket", orderId);
    }

    // Returns null if the undo is allowed.
    private async Task<Error?> ConfirmWithOrderAsync(
        bool wasReady,
        IReadOnlyList<Event> events,
        string orderId,
        CancellationToken cancellationToken
    )
    {
        if (!wasReady)
        {
            return null;
        }

        var reserved = await slots.ReserveAsync(orderId, cancellationToken);
        if (!reserved.Succeeded)
        {
            return reserved.Error;
        }

        try
        {
            return await orders.RecallAsync(events.OfType<TicketStepUndone>().Single(), cancellationToken)
                ? null
                : Error.IllegalTransition("The order has left the kitchen already.");
        }
        catch (ServiceUnavailableException)
        {
            return Error.Unavailable("Whether the order has left the kitchen can't be checked right now.");
        }
    }
}
