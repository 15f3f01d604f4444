using MariosPizzeria.Gateway.Sessions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// Answers a form that was refused: 303 to its page, which shows what was typed and what is wrong (POST, redirect, GET: going back and
/// loading again send nothing). Without a session to keep the form in, and for a script that reads the answer, the answer is the page
/// itself, with the refusal's status.
/// </summary>
internal sealed class RefusedForm : PageResult
{
    /// <summary>Why, in one sentence.</summary>
    public required string Refusal { get; init; }

    /// <summary>What is wrong, by field.</summary>
    public required IReadOnlyDictionary<string, string[]> Errors { get; init; }

    /// <summary>Where on its page the form stands, as a fragment; empty for the page's beginning.</summary>
    public string Anchor { get; init; } = "";

    /// <inheritdoc/>
    public override async Task ExecuteResultAsync(ActionContext context)
    {
        if (await FormDrafts.Keep(context.HttpContext, Refusal, Errors) is { } address)
        {
            await new SeeOther(address + Anchor).ExecuteAsync(context.HttpContext);
            return;
        }

        await base.ExecuteResultAsync(context);
    }
}

/// <summary>Answers a form that could not be carried out and whose page has no words for it: as <see cref="RefusedForm"/>, or with an error page.</summary>
/// <param name="problem">What is shown where the form can't be kept.</param>
/// <param name="refusal">Why, in one sentence.</param>
/// <param name="signsIn">Whether signing in again comes first.</param>
internal sealed class FailedForm(IActionResult problem, string refusal, bool signsIn) : IActionResult
{
    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        var address = await FormDrafts.Keep(http, refusal);
        await (
            signsIn ? SeeOther.ToSignIn(http.Request, address)
            : address is null ? problem
            : new SeeOther(address)
        ).ExecuteResultAsync(context);
    }
}

/// <summary>Keeps forms in the session.</summary>
internal static class FormDrafts
{
    private static readonly HashSet<string> NotKept = new(StringComparer.Ordinal) { CrossSite.Field, "password", "return" };

    /// <summary>
    /// Keeps the form that a request brought. A visitor without a session gets one, so that callers make sure first that the form is on a
    /// page of ours.
    /// </summary>
    /// <returns>The address of the page that shows it; null where it can't be kept, or a script sent it, which has the form still.</returns>
    public static async Task<string?> Keep(HttpContext http, string? refusal, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        if (CrossSite.IsSafe(http.Request) || PageRules.IsLive(http.Request) || !http.Request.HasFormContentType)
        {
            return null;
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        DraftField[] fields =
        [
            .. form.Where(field => !NotKept.Contains(field.Key))
                .Select(field => new DraftField(field.Key, [.. field.Value.Select(value => value ?? "")])),
        ];
        if (FormDraft.Of(http.Request.Path.Value ?? "/", fields, refusal, errors) is not { } draft)
        {
            return null;
        }

        try
        {
            var session = await http.RequestServices.GetRequiredService<SessionStore>().Change(http, session => session.Keep(draft));
            return session.Drafts.Contains(draft)
                ? $"{http.Request.PathBase}{http.Request.Path}{QueryString.Create(FormDraft.Parameter, draft.Id)}"
                : null;
        }
        catch (SessionRefusedException)
        {
            // There are too many visitors' sessions.
            return null;
        }
    }
}
