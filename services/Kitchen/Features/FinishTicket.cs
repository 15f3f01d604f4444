using MariosPizzeria.BuildingBlocks.Idempotency;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>Marks a ticket as ready and frees its slot.</summary>
public sealed class FinishTicket(IRepository<Ticket> tickets, OvenSlots slots)
{
    /// <summary>Out of the oven; gives the slot back.</summary>
    public static async Task<IResult> Post(string orderId, FinishTicket finish, HttpContext http, CancellationToken cancellationToken) =>
        (await finish.Handle(orderId, http.Cause(), http.Idempotency()?.Handled, cancellationToken)).ToOk(TicketResponse.Of);

    /// <summary>
    /// Returns the ready ticket; <c>not-found</c> or <c>illegal-transition</c>. The ticket is stored before the slot is freed: if the
    /// process dies in between, the slot is cleared when the kitchen seems to be full.
    /// </summary>
    public async Task<Result<Ticket>> Handle(string orderId, Cause cause, HandledMessage? handled, CancellationToken cancellationToken)
    {
        // Read before the change: a slot that is reserved while the ticket is ready belongs to a concurrent undo.
        var slot = await slots.OfAsync(orderId, cancellationToken);
        Ticket? finished = null;
        var ready = await tickets.ChangeAsync(orderId, Finish, handled, cancellationToken);
        if (!ready.Succeeded)
        {
            return ready;
        }

        if (!ReferenceEquals(ready.Value, finished))
        {
            // The request was handled before, perhaps by a process that died before it freed the slot. Since then the step may have been
            // undone: a ticket that cooks again keeps its slot.
            await slots.ReleaseAsync(orderId, cancellationToken);
        }
        else if (slot is not null)
        {
            await slots.FreeAsync(slot);
        }

        return ready;

        Result<IReadOnlyList<Event>> Finish(Ticket ticket)
        {
            var outcome = ticket.Finish(cause);
            finished = outcome.Succeeded ? ticket : null;
            return outcome;
        }
    }
}
