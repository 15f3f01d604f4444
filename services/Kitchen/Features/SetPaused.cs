using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>Stops the kitchen from taking orders, or lets it take them again. What is queued is cooked either way.</summary>
public sealed class SetPaused(TheKitchen kitchen, IRepository<Kitchen> kitchens, ReadStatus status)
{
    private const int LongestReason = 200;

    /// <summary>PUT /api/kitchen/paused.</summary>
    public static async Task<IResult> Put(PausedRequest request, SetPaused set, HttpContext http, CancellationToken cancellationToken) =>
        (await set.Handle(request, http.Cause(), cancellationToken)).ToOk(status => status);

    /// <summary>The kitchen's status afterwards; <c>validation</c>.</summary>
    public async Task<Outcome<StatusResponse>> Handle(PausedRequest request, Cause cause, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        errors.Require(request.Paused is not null, "paused", "is true or false");
        errors.Require(
            PlainText.IsTextOrNothing(request.Reason, LongestReason),
            "reason",
            $"has at most {LongestReason} characters, not all of them invisible"
        );
        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        await kitchen.Find(cancellationToken);
        var reason = string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason.Trim();
        var changed = await kitchens.Change(
            Kitchen.TheOnlyId,
            current => current.SetPaused(request.Paused!.Value, reason, cause),
            handled: null,
            cancellationToken
        );
        return changed.Succeeded ? await status.Handle(cancellationToken) : changed.Fault;
    }
}
