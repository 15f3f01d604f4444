namespace MariosPizzeria.KitchenService.Features;

/// <summary>Stops the kitchen from taking orders, or lets it take them again. Queued tickets are cooked in both cases.</summary>
public sealed class SetPaused(KitchenProvider kitchen, IRepository<Kitchen> kitchens, ReadStatus status)
{
    private const int LongestReason = 200;

    /// <summary>Stops taking orders, or takes them again.</summary>
    public static async Task<IResult> Put(PausedRequest request, SetPaused set, HttpContext http, CancellationToken cancellationToken) =>
        (await set.Handle(request, http.Cause(), cancellationToken)).ToOk(status => status);

    /// <summary>Returns the kitchen's status after the change; <c>validation</c>.</summary>
    public async Task<Result<StatusResponse>> Handle(PausedRequest request, Cause cause, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        errors.Require(request.Paused is not null, "paused", "must be true or false");
        errors.RequireTextOrNothing(request.Reason, "reason", LongestReason);
        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        await kitchen.FindAsync(cancellationToken);
        var reason = string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason.Trim();
        var changed = await kitchens.ChangeAsync(
            Kitchen.SingletonId,
            current => current.SetPaused(request.Paused!.Value, reason, cause),
            handled: null,
            cancellationToken
        );
        return changed.Succeeded ? await status.Handle(cancellationToken) : changed.Error;
    }
}
