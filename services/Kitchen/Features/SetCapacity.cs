namespace MariosPizzeria.KitchenService.Features;

/// <summary>Sets the kitchen's capacity.</summary>
public sealed class SetCapacity(KitchenProvider kitchen, IRepository<Kitchen> kitchens, ReadStatus status)
{
    /// <summary>How many tickets may cook at the same time.</summary>
    public static async Task<IResult> Put(CapacityRequest request, SetCapacity set, CancellationToken cancellationToken) =>
        (await set.Handle(request, cancellationToken)).ToOk(status => status);

    /// <summary>Returns the kitchen's status after the change; <c>validation</c>.</summary>
    public async Task<Result<StatusResponse>> Handle(CapacityRequest request, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        errors.Require(request.Capacity is >= 1 and <= Kitchen.MaxCapacity, "capacity", $"must be from 1 to {Kitchen.MaxCapacity}");
        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        await kitchen.FindAsync(cancellationToken);
        var changed = await kitchens.UpdateAsync(
            Kitchen.SingletonId,
            current => current.SetCapacity(request.Capacity!.Value),
            handled: null,
            cancellationToken
        );
        return changed.Succeeded ? await status.Handle(cancellationToken) : changed.Error;
    }
}
