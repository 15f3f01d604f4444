using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// The result of a refused form: a 303 to its page, which shows the input and the errors (POST, redirect, GET: going back and reloading
/// send nothing). Without a session that can keep the form, and for a script that reads the response, it is the page itself, with the
/// status of the refusal.
/// </summary>
internal sealed class InvalidForm : PageResult
{
    /// <summary>The reason in one sentence.</summary>
    public required string Refusal { get; init; }

    /// <summary>The errors by field.</summary>
    public required IReadOnlyDictionary<string, string[]> Errors { get; init; }

    /// <summary>The position of the form on its page, as a fragment; empty for the top of the page.</summary>
    public string Anchor { get; init; } = "";

    public override async Task ExecuteResultAsync(ActionContext context)
    {
        if (await FormDrafts.KeepAsync(context.HttpContext, Refusal, Errors) is { } address)
        {
            await new SeeOther(address + Anchor).ExecuteAsync(context.HttpContext);
            return;
        }

        await base.ExecuteResultAsync(context);
    }
}

/// <summary>The result of a form with an error that its page does not handle: like <see cref="InvalidForm"/>, or an error page.</summary>
/// <param name="problem">The result if the form can't be kept.</param>
/// <param name="refusal">The reason in one sentence.</param>
/// <param name="signsIn">Whether to redirect to the sign-in page first.</param>
internal sealed class FailedForm(IActionResult problem, string refusal, bool signsIn) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        var address = await FormDrafts.KeepAsync(http, refusal);
        await (
            signsIn ? SeeOther.ToSignIn(http.Request, address)
            : address is null ? problem
            : new SeeOther(address)
        ).ExecuteResultAsync(context);
    }
}

internal static class FormDrafts
{
    private static readonly HashSet<string> NotKept = new(StringComparer.Ordinal) { CsrfProtection.Field, "password", "return" };

    /// <summary>
    /// Keeps a request's form in the session. A visitor without a session gets one, so callers must first check that one of our own pages
    /// sent the form.
    /// </summary>
    /// <returns>The address of the page with the draft; null if it can't be kept, or if a script sent it and still has the form.</returns>
    public static async Task<string?> KeepAsync(HttpContext http, string? refusal, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        if (CsrfProtection.IsSafe(http.Request) || PageRules.IsLive(http.Request) || !http.Request.HasFormContentType)
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
            var session = await http.RequestServices.GetRequiredService<SessionStore>().ChangeAsync(http, session => session.Keep(draft));
            return session.Drafts.Contains(draft)
                ? $"{http.Request.PathBase}{http.Request.Path}{QueryString.Create(FormDraft.Parameter, draft.Id)}"
                : null;
        }
        catch (SessionRefusedException)
        {
            // There are too many sessions of visitors.
            return null;
        }
    }
}
