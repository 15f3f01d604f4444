using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The base class of all page models; <see cref="WebPages"/> explains how to add a page.</summary>
internal abstract class PizzeriaPage : PageModel
{
    private FormDraft? _draft;

    /// <summary>Errors by field, as returned by a service; the view shows them beside the fields.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; private set; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>The reason for a refusal in one sentence, shown above a form; null if there is none.</summary>
    public string? Refusal { get; private set; }

    public Visitor Visitor => HttpContext.RequestServices.GetRequiredService<Visitor>();

    public Texts T => HttpContext.RequestServices.GetRequiredService<Texts>();

    /// <summary>
    /// Whether a refused form of this page is answered by a redirect. False for signing in and up, so that failed attempts store nothing.
    /// </summary>
    protected virtual bool AnswersByRedirect => true;

    /// <summary>Whether the page shows a form that was submitted before and refused.</summary>
    protected bool HasDraft => _draft is not null;

    /// <summary>Restores the draft in the page's query, with its refusal; called before the handler of a GET.</summary>
    internal void RestoreDraft()
    {
        _draft = Request.Query[FormDraft.Parameter] is [{ } id]
            ? Visitor.Session?.Drafts.FirstOrDefault(draft => draft.Id == id && draft.Path == Request.Path.Value)
            : null;
        if (_draft is not null)
        {
            Refusal = _draft.Refusal;
            Errors = _draft.Errors.ToDictionary(error => error.Name, error => error.Values.ToArray(), StringComparer.Ordinal);
        }
    }

    /// <summary>Returns a field's value in the draft; <paramref name="stored"/> without a draft, or if the draft lacks the field.</summary>
    protected string? Typed(string field, string? stored = null) => TypedAll(field) is [{ } typed, ..] ? typed : stored;

    /// <summary>Returns all values of a field in the draft.</summary>
    protected IReadOnlyList<string> TypedAll(string field) => _draft?.Fields.FirstOrDefault(typed => typed.Name == field)?.Values ?? [];

    /// <summary>
    /// Returns an error page, or for a form a redirect to its page with the refusal. If the session is not valid, it is a redirect to the
    /// sign-in page.
    /// </summary>
    protected IActionResult Problem(Error fault)
    {
        var signsIn = fault.Code == ErrorCodes.Unauthenticated;
        return !CsrfProtection.IsSafe(Request)
                ? new FailedForm(ProblemPage.Of(fault), signsIn ? T.SignedOutMeanwhile : T.Of(fault), signsIn)
            : signsIn ? Web.SeeOther.ToSignIn(Request)
            : ProblemPage.Of(fault);
    }

    /// <summary>Returns this page with errors beside the fields and a sentence above the form.</summary>
    /// <param name="fault">The error, with errors by field if it is <c>validation</c>.</param>
    /// <param name="anchor">The position of the form on the page, as a fragment.</param>
    /// <param name="refusal">The sentence above the form; null for the standard sentence of the error.</param>
    protected IActionResult Explain(Error fault, string anchor = "", string? refusal = null)
    {
        Errors = fault.Errors ?? Errors;
        return Explain(refusal ?? T.Of(fault), BuildingBlocks.Http.Problems.StatusOf(fault), anchor);
    }

    /// <summary>Returns this page with a sentence above the form.</summary>
    protected IActionResult Explain(string refusal, int status, string anchor = "")
    {
        Refusal = refusal;
        return AnswersByRedirect
            ? new InvalidForm
            {
                StatusCode = status,
                Refusal = refusal,
                Errors = Errors,
                Anchor = anchor,
            }
            : new PageResult { StatusCode = status };
    }

    /// <summary>Returns a 303 to another page of this site.</summary>
    protected static IActionResult SeeOther(string address) => new SeeOther(address);

    /// <summary>Shows a message once, on the next page.</summary>
    protected Task ShowNoticeAsync(string notice)
    {
        NoticeCookie.Set(HttpContext, notice);
        return Task.CompletedTask;
    }

    /// <summary>Changes the session; a visitor without one gets one if the change fills the cart or keeps a form.</summary>
    protected async Task ChangeAsync(Func<Session, Session> change)
    {
        var session = await HttpContext.RequestServices.GetRequiredService<SessionStore>().ChangeAsync(HttpContext, change);
        Visitor.Load(Request, session);
        if (session.Notice is { } notice)
        {
            NoticeCookie.Set(HttpContext, notice);
        }
    }
}
