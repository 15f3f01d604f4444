namespace MariosPizzeria.KitchenService.Features;

/// <summary>
/// Withdraws the ticket of an order that is to be cancelled. The kitchen decides: the ticket is withdrawn, or a chef already has it. A
/// repeated request gets the same answer.
/// </summary>
public sealed class WithdrawTicket(IRepository<Ticket> tickets, TimeSlots slots)
{
    /// <summary>POST /internal/tickets/{orderId}/withdraw, for the product's own processes.</summary>
    public static async Task<IResult> Post(
        string orderId,
        WithdrawTicket withdraw,
        HttpContext http,
        CancellationToken cancellationToken,
        long? orderVersion = null
    ) => (await withdraw.Handle(orderId, orderVersion, http.Cause(), cancellationToken)).ToOk(TicketResponse.Of);

    /// <summary>
    /// Returns the withdrawn ticket; <c>illegal-transition</c> if it cooks or is ready, and for a request to cancel that was refused
    /// before. An order placed ahead also loses its place here, because the event that it is cancelled may be lost.
    /// </summary>
    /// <param name="orderId">Id of the order.</param>
    /// <param name="orderVersion">The order's version that recorded the request to cancel; null if it is not known.</param>
    /// <param name="cause">Who and when.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<Ticket>> Handle(string orderId, long? orderVersion, Cause cause, CancellationToken cancellationToken)
    {
        var asked = await tickets.WithdrawOrBarAsync(
            orderId,
            ticket => ticket.Withdraw(orderVersion, cause),
            cause,
            handled: null,
            cancellationToken
        );
        if (!asked.Succeeded)
        {
            return asked;
        }

        if (asked.Value.State != TicketState.Withdrawn)
        {
            return asked.Value.NotWithdrawn();
        }

        if (asked.Value.RequestedFor is { } at)
        {
            (await slots.ChangeAsync(at, slot => slot.Release(orderId), cancellationToken)).OrThrow();
        }

        return asked;
    }
}
