using MariosPizzeria.Contracts;
using MariosPizzeria.Gateways.Sessions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MariosPizzeria.Gateways.Web;

/// <summary>What every page's model can say; <see cref="WebPages"/> tells how a page is made.</summary>
internal abstract class PizzeriaPage : PageModel
{
    /// <summary>Messages by field, as a service gave them; the view shows them beside the fields.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; private set; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>A refusal in one sentence, above a form; null where there is none.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whose page it is.</summary>
    public Visitor Visitor => HttpContext.RequestServices.GetRequiredService<Visitor>();

    /// <summary>The words.</summary>
    public Texts T => HttpContext.RequestServices.GetRequiredService<Texts>();

    /// <summary>A page in place of this one, saying why; the sign-in page where the session counts for nothing any more.</summary>
    protected IActionResult Problem(Fault fault) =>
        fault.Slug == Slugs.Unauthenticated ? Web.SeeOther.ToSignIn(Request) : ProblemPage.Of(fault);

    /// <summary>This page again, with what is wrong beside the fields and above the form.</summary>
    protected IActionResult Explain(Fault fault)
    {
        Errors = fault.Errors ?? Errors;
        return Explain(T.Of(fault), ServiceDefaults.Http.Problems.StatusOf(fault));
    }

    /// <summary>This page again, with a sentence above the form.</summary>
    protected IActionResult Explain(string refusal, int status)
    {
        Refusal = refusal;
        return new PageResult { StatusCode = status };
    }

    /// <summary>303 to another page of ours.</summary>
    protected static IActionResult SeeOther(string address) => new SeeOther(address);

    /// <summary>Has the next page say something, once.</summary>
    protected Task Say(string notice)
    {
        NoticeCookie.Set(HttpContext, notice);
        return Task.CompletedTask;
    }

    /// <summary>Changes the session; a visitor without one has one afterwards if there is something in the cart.</summary>
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
