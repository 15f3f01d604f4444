namespace MariosPizzeria.KitchenService.Features;

/// <summary>
/// Reserves a place in its slot for an order that was placed ahead and that Order is about to store. Repeated calls for the same order give
/// the same place.
/// </summary>
public sealed class ReserveSlot(TimeSlots slots, SlotRules rules, TimeProvider time)
{
    /// <summary>POST /internal/slots/{orderId}, for the product's own processes.</summary>
    public static async Task<IResult> Post(
        string orderId,
        ReserveSlotRequest request,
        ReserveSlot reserve,
        CancellationToken cancellationToken
    ) => (await reserve.Handle(orderId, request.At, cancellationToken)).ToOk(at => request);

    /// <summary>Returns when the order is due; <c>validation</c> of <c>requestedFor</c>, <c>slot-full</c>, <c>unavailable</c>.</summary>
    public async Task<Result<DateTimeOffset>> Handle(string orderId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        if (errors.Require(TimeSlot.BeginsAt(at), "requestedFor", "must be at a quarter of an hour: :00, :15, :30 or :45"))
        {
            errors.Require(
                (await rules.OpenAsync(at, at.AddTicks(1), cancellationToken)).Count > 0,
                "requestedFor",
                "must be within opening hours, later than an order for now would take, and at most seven days ahead"
            );
        }

        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        var capacity = await rules.CapacityAsync(cancellationToken);
        var reserved = await slots.ChangeAsync(at, slot => slot.Reserve(orderId, capacity, time.GetUtcNow()), cancellationToken);
        return reserved.Select(slot => slot.At);
    }
}
