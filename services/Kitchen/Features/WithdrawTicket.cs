using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>
/// An order wants to be cancelled, and the kitchen's word decides: its ticket is withdrawn, or a chef has it already. Asking again
/// gives the same answer.
/// </summary>
public sealed class WithdrawTicket(IRepository<Ticket> tickets)
{
    /// <summary>POST /internal/tickets/{orderId}/withdraw, for our own processes.</summary>
    public static async Task<IResult> Post(
        string orderId,
        WithdrawTicket withdraw,
        HttpContext http,
        CancellationToken cancellationToken
    ) => (await withdraw.Handle(orderId, http.Cause(), cancellationToken)).ToOk(TicketResponse.Of);

    /// <summary>The ticket, withdrawn; <c>illegal-transition</c> once it cooks or is ready.</summary>
    public Task<Outcome<Ticket>> Handle(string orderId, Cause cause, CancellationToken cancellationToken) =>
        tickets.WithdrawOrBar(orderId, ticket => ticket.Withdraw(cause), cause, handled: null, cancellationToken);
}
