using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>A ticket is out of the oven; its slot is free.</summary>
public sealed class FinishTicket(IRepository<Ticket> tickets, Slots slots)
{
    /// <summary>POST /api/kitchen/tickets/{orderId}/ready.</summary>
    public static async Task<IResult> Post(string orderId, FinishTicket finish, HttpContext http, CancellationToken cancellationToken) =>
        (await finish.Handle(orderId, http.Cause(), http.Idempotency()?.Handled, cancellationToken)).ToOk(TicketResponse.Of);

    /// <summary>
    /// The ticket, ready; <c>not-found</c> or <c>illegal-transition</c>. First the ticket, then the slot: a process that dies in
    /// between leaves a slot that is cleared when the kitchen looks full.
    /// </summary>
    public async Task<Outcome<Ticket>> Handle(string orderId, Cause cause, HandledMessage? handled, CancellationToken cancellationToken)
    {
        var ready = await tickets.Change(orderId, ticket => ticket.Finish(cause), handled, cancellationToken);
        if (ready.Succeeded)
        {
            await slots.Free(orderId);
        }

        return ready;
    }
}
