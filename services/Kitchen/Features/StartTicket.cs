using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>A chef takes a ticket, and with it one of the kitchen's slots.</summary>
public sealed class StartTicket(IRepository<Ticket> tickets, Slots slots)
{
    private const int Attempts = 20;

    /// <summary>POST /api/kitchen/tickets/{orderId}/start.</summary>
    public static async Task<IResult> Post(string orderId, StartTicket start, HttpContext http, CancellationToken cancellationToken) =>
        (await start.Handle(orderId, http.Cause(), http.Idempotency()?.Handled, cancellationToken)).ToOk(TicketResponse.Of);

    /// <summary>
    /// The ticket, cooking; <c>not-found</c>, <c>illegal-transition</c> or <c>kitchen-at-capacity</c>. First the slot, then the
    /// ticket: a process that dies in between leaves a slot that is cleared, never a ticket that cooks without one.
    /// </summary>
    public async Task<Outcome<Ticket>> Handle(string orderId, Cause cause, HandledMessage? handled, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await tickets.Find(orderId, cancellationToken) is not { } ticket)
            {
                return Fault.NotFound("ticket", orderId);
            }

            var state = ticket.State;
            var events = ticket.Start(cause);
            if (!events.Succeeded)
            {
                if (handled is not null && await tickets.HasHandled(orderId, handled, cancellationToken))
                {
                    return ticket;
                }

                // Withdrawn while this call held a slot for it. Not so when it cooks: then the slot is that of another chef.
                if (attempt > 0 && state != TicketState.Cooking)
                {
                    await slots.Free(orderId);
                }

                return events.Fault;
            }

            var reserved = await slots.Reserve(orderId, cancellationToken);
            if (!reserved.Succeeded)
            {
                return reserved.Fault;
            }

            switch (await tickets.Save(ticket, events.Value, handled, cancellationToken))
            {
                case SaveResult.Saved:
                    return ticket;
                case SaveResult.AlreadyHandled:
                    return await tickets.Find(orderId, cancellationToken) is { } stored ? stored : Fault.NotFound("ticket", orderId);
            }
        }

        return new Fault(Slugs.VersionConflict, "The ticket is being changed by others; try again.");
    }
}
