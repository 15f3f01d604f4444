using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.MenuService.Features;

/// <summary>Marks a pizza sold out, or brings it back.</summary>
public sealed class SetAvailability(IRepository<Pizza> pizzas)
{
    private const int LongestReason = 200;

    /// <summary>PUT /api/menu/pizzas/{id}/availability.</summary>
    public static async Task<IResult> Put(
        string id,
        AvailabilityRequest request,
        SetAvailability set,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var expected = IfMatch.Of(http.Request);
        return expected.Succeeded
            ? (await set.Handle(id, request, expected.Value, http.Cause(), cancellationToken)).ToOk(http)
            : expected.Fault.ToProblem();
    }

    /// <summary>
    /// The pizza as it is now; <c>validation</c>, <c>not-found</c>, or <c>version-conflict</c> where it has another version than
    /// expected.
    /// </summary>
    public async Task<Outcome<Pizza>> Handle(
        string id,
        AvailabilityRequest request,
        IfMatch expected,
        Cause cause,
        CancellationToken cancellationToken
    )
    {
        var errors = new ValidationErrors();
        errors.Require(request.Available is not null, "available", "is true or false");
        errors.Require(
            PlainText.IsTextOrNothing(request.Reason, LongestReason),
            "reason",
            $"has at most {LongestReason} characters, not all of them invisible"
        );
        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        var reason = string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason.Trim();
        return await pizzas.Change(
            id,
            pizza => expected.Guard(pizza.Version, pizza.SetAvailability(request.Available!.Value, reason, cause)),
            handled: null,
            cancellationToken
        );
    }
}
