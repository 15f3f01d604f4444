using System.Reflection;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Logging;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// The rules for every page, applied before its handler: loads the session, checks authorization and CSRF, and converts unhandled
/// exceptions to error pages.
/// </summary>
internal sealed partial class PageRules(SessionStore sessions, Visitor visitor, IHostEnvironment environment, ILogger<PageRules> logger)
    : IAsyncResourceFilter,
        IAsyncPageFilter
{
    private const string LiveHeader = "X-Live";

    /// <summary>Whether a script of an open page requests the page, to update it (<c>live.js</c>, <c>moves.js</c>).</summary>
    public static bool IsLive(HttpRequest request) => request.Headers.ContainsKey(LiveHeader);

    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var http = context.HttpContext;
        visitor.Load(http.Request, session: null);
        PageHeaders.Set(http.Response);
        try
        {
            if (RefuseMethod(http, context.ActionDescriptor as CompiledPageActionDescriptor) is { } unknown)
            {
                context.Result = unknown;
                return;
            }

            visitor.Load(http.Request, await sessions.FindAsync(http));
            if (await RefuseAsync(http, context.ActionDescriptor as CompiledPageActionDescriptor) is { } refused)
            {
                context.Result = refused;
                return;
            }

            if (!CsrfProtection.IsSafe(http.Request) && !await IsSameOriginAsync(http.Request))
            {
                context.Result = await KeepDraftIfSameOriginAsync(http, texts => texts.FormWasOld) is { } address
                    ? new SeeOther(address)
                    : ProblemPage.Of(StatusCodes.Status403Forbidden, ProblemPage.OldForm);
                return;
            }

            // A live update does not take the notice, which is for the next page that the visitor sees.
            if (HttpMethods.IsGet(http.Request.Method) && !IsLive(http.Request))
            {
                visitor.Notice = NoticeCookie.Take(http);
            }

            var executed = await next();
            if (executed is { Exception: { } exception, ExceptionHandled: false } && !http.Response.HasStarted && ShouldShowProblem(http))
            {
                executed.ExceptionHandled = true;
                await ShowAsync(exception, http);
            }
        }
        catch (Exception e) when (!http.Response.HasStarted && ShouldShowProblem(http))
        {
            await ShowAsync(e, http);
        }
    }

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    /// <summary>
    /// Refuses requests without a matching handler: without a handler for the method, Razor Pages renders the page as for GET; without the
    /// handler named in the query, it runs another one.
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

            if (CsrfProtection.IsSafe(context.HttpContext.Request))
            {
                (context.HandlerInstance as PizzeriaPage)?.RestoreDraft();
            }

            return next();
        }

        context.HttpContext.Response.Headers.Allow = string.Join(", ", MethodsOf(context.ActionDescriptor));
        context.Result = ProblemPage.Of(StatusCodes.Status405MethodNotAllowed);
        return Task.CompletedTask;
    }

    // Before the session is loaded: a method that the page does not support must not create one (RFC 9110, 9.3.7 and 15.5.6).
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

    private static bool ShouldShowProblem(HttpContext http) => !http.RequestAborted.IsCancellationRequested;

    private async Task<IActionResult?> RefuseAsync(HttpContext http, CompiledPageActionDescriptor? page)
    {
        if (
            page?.ModelTypeInfo?.GetCustomAttribute<SignedInAttribute>() is not { } rule
            || (rule.AnyoneInDevelopment && environment.IsDevelopment())
            || (rule.UnlessRouteHas is { } key && http.Request.RouteValues.ContainsKey(key))
        )
        {
            return null;
        }

        return !visitor.IsSignedIn
                ? SeeOther.ToSignIn(http.Request, await KeepDraftIfSameOriginAsync(http, texts => texts.SignedOutMeanwhile))
            : rule.Roles.Count > 0 && !visitor.Has(rule.Roles) ? ProblemPage.Of(StatusCodes.Status403Forbidden)
            : null;
    }

    // A form whose session has ended is not executed, but the input is kept if the browser's headers show that our own page sent it.
    private static async Task<string?> KeepDraftIfSameOriginAsync(HttpContext http, Func<Texts, string> refusal) =>
        CsrfProtection.IsSameOrigin(http.Request)
            ? await FormDrafts.KeepAsync(http, refusal(http.RequestServices.GetRequiredService<Texts>()))
            : null;

    // A script sends the session's token in a header, a form in a hidden field. A visitor without a session has no token: the browser's
    // headers must then show that our own page sent the form. The same holds if the visitor's page is older than the session.
    private async Task<bool> IsSameOriginAsync(HttpRequest request)
    {
        var token =
            request.Headers[CsrfProtection.Header] is [{ } header] ? header
            : request.HasFormContentType
                ? (await request.ReadFormAsync(request.HttpContext.RequestAborted))[CsrfProtection.Field].ToString()
            : null;
        return visitor.Session switch
        {
            null => CsrfProtection.IsSameOrigin(request),
            { IsSignedIn: false } when string.IsNullOrEmpty(token) => CsrfProtection.IsSameOrigin(request),
            { } session => session.HasCsrfToken(token),
        };
    }

    private async Task ShowAsync(Exception exception, HttpContext http)
    {
        var fault = exception switch
        {
            SessionRefusedException refused => refused.Fault,
            BadHttpRequestException bad => Problems.Of(bad.StatusCode),
            InvalidDataException => Problems.Of(StatusCodes.Status400BadRequest),
            RedisUnavailableException or ServiceUnavailableException or TimeoutException => Error.Unavailable(
                "A backing service does not answer."
            ),
            _ => Problems.Of(StatusCodes.Status500InternalServerError),
        };
        if (Problems.StatusOf(fault.Code) >= 500)
        {
            LogFailed(logger, exception, http.Request.Method, SecretPaths.Of(http.Request.Path), fault.Code);
        }

        http.Response.Clear();
        PageHeaders.Set(http.Response);
        await ProblemPage.Of(fault).ExecuteAsync(http);
    }

    [LoggerMessage(126, LogLevel.Error, "{method} {path} failed: {problem}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string path, string problem);
}
