namespace MariosPizzeria.OrderService.Features;

/// <summary>
/// POST /internal/orders/{id}/recall, for internal callers: Kitchen calls it before it undoes the ready step of a ticket.
/// </summary>
public static class RecallOrder
{
    /// <summary>
    /// Applies the undo that Kitchen is about to store, so that no driver can take the order. Idempotent. Errors: <c>illegal-transition</c>
    /// if a driver or the customer has it, <c>not-found</c>.
    /// </summary>
    public static async Task<IResult> Post(
        string id,
        TicketStepUndone undone,
        IRepository<Order> orders,
        CancellationToken cancellationToken
    ) => (await orders.UpdateAsync(id, order => order.Recall(undone), handled: null, cancellationToken)).ToOk(OrderResponse.Of);
}
