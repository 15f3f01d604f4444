using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>Sets the kitchen's capacity.</summary>
public sealed class SetCapacity(TheKitchen kitchen, IRepository<Kitchen> kitchens, ReadStatus status)
{
    /// <summary>PUT /api/kitchen/capacity.</summary>
    public static async Task<IResult> Put(CapacityRequest request, SetCapacity set, CancellationToken cancellationToken) =>
        (await set.Handle(request, cancellationToken)).ToOk(status => status);

    /// <summary>The kitchen's status afterwards; <c>validation</c>.</summary>
    public async Task<Outcome<StatusResponse>> Handle(CapacityRequest request, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        errors.Require(request.Capacity is >= 1 and <= Kitchen.MostCapacity, "capacity", $"is from 1 to {Kitchen.MostCapacity}");
        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        await kitchen.Find(cancellationToken);
        var changed = await kitchens.Update(
            Kitchen.TheOnlyId,
            current => current.SetCapacity(request.Capacity!.Value),
            handled: null,
            cancellationToken
        );
        return changed.Succeeded ? await status.Handle(cancellationToken) : changed.Fault;
    }
}
