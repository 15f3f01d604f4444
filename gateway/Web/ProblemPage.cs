using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.BuildingBlocks.Caching;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace MariosPizzeria.Gateway.Web;

/// <summary>An error page, for browsers; API clients get a problem document instead.</summary>
internal sealed class ProblemPage : IActionResult, IResult
{
    /// <summary>The kind of a 403 for a form whose token is not the session's, most likely because the session has ended.</summary>
    public const string OldForm = "old-form";

    private ProblemPage(int status, string kind, TimeSpan? retryAfter) => (Status, Kind, RetryAfter) = (status, kind, retryAfter);

    public int Status { get; }

    /// <summary>One of <see cref="ErrorCodes"/>, or <see cref="OldForm"/>.</summary>
    public string Kind { get; }

    /// <summary>How long to wait before a retry; null if unknown.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The trace id, to find the request in the logs.</summary>
    public string TraceId { get; private set; } = "";

    /// <summary>Creates the page for an error.</summary>
    public static ProblemPage Of(Error fault) => new(Problems.StatusOf(fault), fault.Code, fault.RetryAfter);

    /// <summary>Creates the page for a status code.</summary>
    public static ProblemPage Of(int status, string? kind = null) => new(status, kind ?? Problems.Of(status).Code, retryAfter: null);

    public Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        if (RetryAfter is { } after)
        {
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        TraceId = Activity.Current?.TraceId.ToHexString() ?? context.HttpContext.TraceIdentifier;
        return new ViewResult
        {
            ViewName = "/Pages/Problem.cshtml",
            StatusCode = Status,
            ContentType = "text/html; charset=utf-8",
            ViewData = new ViewDataDictionary<ProblemPage>(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = this },
        }.ExecuteResultAsync(context);
    }

    public Task ExecuteAsync(HttpContext httpContext) =>
        ExecuteResultAsync(new ActionContext(httpContext, httpContext.GetRouteData(), new ActionDescriptor()));
}

/// <summary>Responds with a 404 page to browsers if no endpoint matches; API clients get a problem document.</summary>
internal static class ProblemPages
{
    public static void UseProblemPages(this WebApplication app) =>
        app.Use((context, next) => context.GetEndpoint() is null && IsForPeople(context.Request) ? NotFoundAsync(context) : next(context));

    private static bool IsForPeople(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static async Task NotFoundAsync(HttpContext context)
    {
        var visitor = context.RequestServices.GetRequiredService<Visitor>();
        visitor.Load(context.Request, session: null);
        try
        {
            visitor.Load(context.Request, await context.RequestServices.GetRequiredService<SessionStore>().FindAsync(context));
        }
        catch (RedisUnavailableException)
        {
            // Without the cache the page is shown as for a visitor who has not signed in.
        }

        PageHeaders.Set(context.Response);
        await ProblemPage.Of(StatusCodes.Status404NotFound).ExecuteAsync(context);
    }
}
