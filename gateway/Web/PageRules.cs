using System.Reflection;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// What holds for every page before its own code runs: whose session it is, who may see it, whether a form is one of ours; and what
/// becomes of a fault that nobody expected.
/// </summary>
internal sealed partial class PageRules(SessionStore sessions, Visitor visitor, IHostEnvironment environment, ILogger<PageRules> logger)
    : IAsyncResourceFilter,
        IAsyncPageFilter
{
    private const string LiveHeader = "X-Live";

    /// <summary>Whether <c>live.js</c> brings a page up to date that somebody has open.</summary>
    public static bool IsLive(HttpRequest request) => request.Headers.ContainsKey(LiveHeader);

    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var http = context.HttpContext;
        visitor.See(http.Request, session: null);
        PageHeaders.Set(http.Response);
        try
        {
            if (RefuseMethod(http, context.ActionDescriptor as CompiledPageActionDescriptor) is { } unknown)
            {
                context.Result = unknown;
                return;
            }

            visitor.See(http.Request, await sessions.Find(http));
            if (await Refuse(http, context.ActionDescriptor as CompiledPageActionDescriptor) is { } refused)
            {
                context.Result = refused;
                return;
            }

            if (!CrossSite.IsSafe(http.Request) && !await IsOurs(http.Request))
            {
                context.Result = await KeepIfOurs(http, texts => texts.FormWasOld) is { } address
                    ? new SeeOther(address)
                    : ProblemPage.Of(StatusCodes.Status403Forbidden, ProblemPage.OldForm);
                return;
            }

            // A page that is got only to bring another up to date leaves the notice to the next one that is seen.
            if (HttpMethods.IsGet(http.Request.Method) && !IsLive(http.Request))
            {
                visitor.Notice = NoticeCookie.Take(http);
            }

            var executed = await next();
            if (executed is { Exception: { } exception, ExceptionHandled: false } && !http.Response.HasStarted && IsToBeShown(http))
            {
                executed.ExceptionHandled = true;
                await Show(exception, http);
            }
        }
        catch (Exception e) when (!http.Response.HasStarted && IsToBeShown(http))
        {
            await Show(e, http);
        }
    }

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    /// <summary>
    /// A page without a handler for the method would be shown as if it had been got; one without the handler that the address names would
    /// do what its other one does.
    /// </summary>
    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HandlerMethod is { } handler)
        {
            var named = context.HttpContext.Request.Query["handler"].ToString();
            if (named.Length > 0 && !named.Equals(handler.Name, StringComparison.OrdinalIgnoreCase))
            {
                context.Result = ProblemPage.Of(StatusCodes.Status404NotFound);
                return Task.CompletedTask;
            }

            if (CrossSite.IsSafe(context.HttpContext.Request))
            {
                (context.HandlerInstance as PizzeriaPage)?.TakeUpDraft();
            }

            return next();
        }

        context.HttpContext.Response.Headers.Allow = string.Join(", ", MethodsOf(context.ActionDescriptor));
        context.Result = ProblemPage.Of(StatusCodes.Status405MethodNotAllowed);
        return Task.CompletedTask;
    }

    // Before a session is looked for: a method that the page does not know must not begin one (RFC 9110, 9.3.7 and 15.5.6).
    private static IActionResult? RefuseMethod(HttpContext http, CompiledPageActionDescriptor? page)
    {
        var methods = MethodsOf(page);
        var isOptions = HttpMethods.IsOptions(http.Request.Method);
        if (!isOptions && methods.Contains(http.Request.Method))
        {
            return null;
        }

        http.Response.Headers.Allow = string.Join(", ", methods);
        return isOptions ? new StatusCodeResult(StatusCodes.Status204NoContent) : ProblemPage.Of(StatusCodes.Status405MethodNotAllowed);
    }

    private static SortedSet<string> MethodsOf(CompiledPageActionDescriptor? page)
    {
        var methods = new SortedSet<string>(StringComparer.OrdinalIgnoreCase) { HttpMethods.Options };
        foreach (var handler in page?.HandlerMethods ?? [])
        {
            methods.Add(handler.HttpMethod.ToUpperInvariant());
        }

        if (methods.Contains(HttpMethods.Get))
        {
            methods.Add(HttpMethods.Head);
        }

        return methods;
    }

    private static bool IsToBeShown(HttpContext http) => !http.RequestAborted.IsCancellationRequested;

    private async Task<IActionResult?> Refuse(HttpContext http, CompiledPageActionDescriptor? page)
    {
        if (
            page?.ModelTypeInfo?.GetCustomAttribute<SignedInAttribute>() is not { } rule
            || (rule.AnyoneInDevelopment && environment.IsDevelopment())
        )
        {
            return null;
        }

        return !visitor.IsSignedIn ? SeeOther.ToSignIn(http.Request, await KeepIfOurs(http, texts => texts.SignedOutMeanwhile))
            : rule.Roles.Count > 0 && !visitor.Has(rule.Roles) ? ProblemPage.Of(StatusCodes.Status403Forbidden)
            : null;
    }

    // A form whose session is over does nothing, but what was typed is not lost, if the browser says that one of our pages sent it.
    private static async Task<string?> KeepIfOurs(HttpContext http, Func<Texts, string> refusal) =>
        CrossSite.IsSameOrigin(http.Request)
            ? await FormDrafts.Keep(http, refusal(http.RequestServices.GetRequiredService<Texts>()))
            : null;

    // A script says the session's token in a header, a form in a hidden field. Somebody without a session has no token: then it is the
    // browser's word that the form is on a page of ours. The same holds for a visitor whose page is older than the session.
    private async Task<bool> IsOurs(HttpRequest request)
    {
        var token =
            request.Headers[CrossSite.Header] is [{ } header] ? header
            : request.HasFormContentType ? (await request.ReadFormAsync(request.HttpContext.RequestAborted))[CrossSite.Field].ToString()
            : null;
        return visitor.Session switch
        {
            null => CrossSite.IsSameOrigin(request),
            { IsSignedIn: false } when string.IsNullOrEmpty(token) => CrossSite.IsSameOrigin(request),
            { } session => session.IsProvenBy(token),
        };
    }

    private async Task Show(Exception exception, HttpContext http)
    {
        var fault = exception switch
        {
            SessionRefusedException refused => refused.Fault,
            BadHttpRequestException bad => Problems.Of(bad.StatusCode),
            InvalidDataException => Problems.Of(StatusCodes.Status400BadRequest),
            RedisUnavailableException or ServiceUnavailableException or TimeoutException => Fault.Unavailable(
                "A backing service does not answer."
            ),
            _ => Problems.Of(StatusCodes.Status500InternalServerError),
        };
        if (Problems.StatusOf(fault.Slug) >= 500)
        {
            LogFailed(logger, exception, http.Request.Method, http.Request.Path, fault.Slug);
        }

        http.Response.Clear();
        PageHeaders.Set(http.Response);
        await ProblemPage.Of(fault).ExecuteAsync(http);
    }

    [LoggerMessage(120, LogLevel.Error, "{method} {path} failed: {problem}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string path, string problem);
}
