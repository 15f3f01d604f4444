using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Sessions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MariosPizzeria.Gateway.Web;

/// <summary>What every page's model can say; <see cref="WebPages"/> tells how a page is made.</summary>
internal abstract class PizzeriaPage : PageModel
{
    private FormDraft? _draft;

    /// <summary>Messages by field, as a service gave them; the view shows them beside the fields.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; private set; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>A refusal in one sentence, above a form; null where there is none.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whose page it is.</summary>
    public Visitor Visitor => HttpContext.RequestServices.GetRequiredService<Visitor>();

    /// <summary>The words.</summary>
    public Texts T => HttpContext.RequestServices.GetRequiredService<Texts>();

    /// <summary>
    /// Whether a refused form of this page is answered by a redirect. Not for signing in or up: nothing is stored for those who try.
    /// </summary>
    protected virtual bool AnswersByRedirect => true;

    /// <summary>Whether the page shows a form that was sent before and not carried out.</summary>
    protected bool HasDraft => _draft is not null;

    /// <summary>Takes up the draft that the page's address names, with its refusal; called before a GET's handler.</summary>
    internal void TakeUpDraft()
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

    /// <summary>What was typed into a field of the draft; what is stored where there is no draft, or it is another form's.</summary>
    protected string? Typed(string field, string? stored = null) => TypedAll(field) is [{ } typed, ..] ? typed : stored;

    /// <summary>All values of a field of the draft.</summary>
    protected IReadOnlyList<string> TypedAll(string field) => _draft?.Fields.FirstOrDefault(typed => typed.Name == field)?.Values ?? [];

    /// <summary>
    /// A page in place of this one, saying why; for a form, its own page again with the refusal. The sign-in page where the session
    /// counts for nothing any more.
    /// </summary>
    protected IActionResult Problem(Fault fault)
    {
        var signsIn = fault.Slug == Slugs.Unauthenticated;
        return !CrossSite.IsSafe(Request) ? new FailedForm(ProblemPage.Of(fault), signsIn ? T.SignedOutMeanwhile : T.Of(fault), signsIn)
            : signsIn ? Web.SeeOther.ToSignIn(Request)
            : ProblemPage.Of(fault);
    }

    /// <summary>This page again, with what is wrong beside the fields and above the form.</summary>
    /// <param name="fault">With messages by field, if it is <c>validation</c>.</param>
    /// <param name="anchor">Where on the page the form stands, as a fragment.</param>
    /// <param name="refusal">The sentence above the form, where the fault's own is not enough.</param>
    protected IActionResult Explain(Fault fault, string anchor = "", string? refusal = null)
    {
        Errors = fault.Errors ?? Errors;
        return Explain(refusal ?? T.Of(fault), ServiceDefaults.Http.Problems.StatusOf(fault), anchor);
    }

    /// <summary>This page again, with a sentence above the form.</summary>
    protected IActionResult Explain(string refusal, int status, string anchor = "")
    {
        Refusal = refusal;
        return AnswersByRedirect
            ? new RefusedForm
            {
                StatusCode = status,
                Refusal = refusal,
                Errors = Errors,
                Anchor = anchor,
            }
            : new PageResult { StatusCode = status };
    }

    /// <summary>303 to another page of ours.</summary>
    protected static IActionResult SeeOther(string address) => new SeeOther(address);

    /// <summary>Has the next page say something, once.</summary>
    protected Task Say(string notice)
    {
        NoticeCookie.Set(HttpContext, notice);
        return Task.CompletedTask;
    }

    /// <summary>Changes the session; a visitor without one has one afterwards if there is something in the cart or a form was kept.</summary>
    protected async Task Change(Func<Session, Session> change)
    {
        var session = await HttpContext.RequestServices.GetRequiredService<SessionStore>().Change(HttpContext, change);
        Visitor.See(Request, session);
        if (session.Notice is { } notice)
        {
            NoticeCookie.Set(HttpContext, notice);
        }
    }
}
