using MariosPizzeria.BuildingBlocks.Idempotency;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>Starts a ticket for a chef, and takes one of the kitchen's slots for it.</summary>
public sealed class StartTicket(IRepository<Ticket> tickets, OvenSlots slots)
{
    private const int Attempts = 20;

    /// <summary>Begins to cook; takes a slot of the capacity.</summary>
    public static async Task<IResult> Post(string orderId, StartTicket start, HttpContext http, CancellationToken cancellationToken) =>
        (await start.Handle(orderId, http.Cause(), http.Idempotency()?.Handled, cancellationToken)).ToOk(TicketResponse.Of);

    /// <summary>
    /// Returns the cooking ticket; <c>not-found</c>, <c>illegal-transition</c> or <c>kitchen-at-capacity</c>. The slot is reserved before
    /// the ticket is stored: if the process dies in between, the slot is cleared later, and no ticket ever cooks without a slot.
    /// </summary>
    public async Task<Result<Ticket>> Handle(string orderId, Cause cause, HandledMessage? handled, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await tickets.FindAsync(orderId, cancellationToken) is not { } ticket)
            {
                return Error.NotFound("ticket", orderId);
            }

            var state = ticket.State;
            var events = ticket.Start(cause);
            if (!events.Succeeded)
            {
                if (handled is not null && await tickets.HasHandledAsync(orderId, handled, cancellationToken))
                {
                    return attempt > 0 ? await ReleaseAndFindAsync(orderId, cancellationToken) : ticket;
                }

                // The ticket was withdrawn while this call held a slot for it. If it cooks, the slot belongs to another chef's start and is
                // kept.
                if (attempt > 0 && state != TicketState.Cooking)
                {
                    await slots.ReleaseAsync(orderId, cancellationToken);
                }

                return events.Error;
            }

            var reserved = await slots.ReserveAsync(orderId, cancellationToken);
            if (!reserved.Succeeded)
            {
                return reserved.Error;
            }

            switch (await tickets.SaveAsync(ticket, events.Value, handled, cancellationToken))
            {
                case SaveResult.Saved:
                    return ticket;
                case SaveResult.AlreadyHandled:
                    return await ReleaseAndFindAsync(orderId, cancellationToken);
            }
        }

        return new Error(ErrorCodes.VersionConflict, "The ticket is being changed by other requests; try again.");
    }

    // The request was handled before, so this call's slot is not needed. Since then the start may have been undone, and the ticket may have
    // been started again: a ticket that cooks keeps its slot.
    private async Task<Result<Ticket>> ReleaseAndFindAsync(string orderId, CancellationToken cancellationToken)
    {
        await slots.ReleaseAsync(orderId, cancellationToken);
        return await tickets.FindAsync(orderId, cancellationToken) is { } stored ? stored : Error.NotFound("ticket", orderId);
    }
}
