using MariosPizzeria.KitchenService.Background;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>Sets the minutes that are added to every promise.</summary>
public sealed class SetBusy(ShopProvider shop, PublishLoad publish, ReadShop read)
{
    /// <summary>Minutes that are added to every promise from now on.</summary>
    public static async Task<IResult> Put(BusyRequest request, SetBusy set, HttpContext http, CancellationToken cancellationToken) =>
        (await set.Handle(request, http.Cause(), cancellationToken)).ToOk(shop => shop);

    /// <summary>Returns the shop after the change; <c>validation</c>, <c>version-conflict</c>.</summary>
    public async Task<Result<ShopResponse>> Handle(BusyRequest request, Cause cause, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        errors.Require(
            request.ExtraMinutes is >= 0 and <= ShopSettings.MaxExtraMinutes,
            "extraMinutes",
            $"must be from 0 to {ShopSettings.MaxExtraMinutes}"
        );
        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        var changed = await shop.ChangeAsync(settings => settings.SetExtraMinutes(request.ExtraMinutes!.Value, cause), cancellationToken);
        if (!changed.Succeeded)
        {
            return changed.Error;
        }

        // Promises are computed from the published load. It is published even if nothing changed: an earlier attempt may have failed before
        // this.
        await publish.HandleAtOnceAsync(cause, cancellationToken);
        return await read.Handle(changed.Value, cancellationToken);
    }
}
