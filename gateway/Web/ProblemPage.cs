using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace MariosPizzeria.Gateway.Web;

/// <summary>A refusal for people: a page in place of the problem document that programs get.</summary>
internal sealed class ProblemPage : IActionResult, IResult
{
    /// <summary>For 403: a form whose token is not the session's, most likely because the session is over.</summary>
    public const string OldForm = "old-form";

    private ProblemPage(int status, string kind, TimeSpan? retryAfter) => (Status, Kind, RetryAfter) = (status, kind, retryAfter);

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>One of <see cref="Slugs"/>, or <see cref="OldForm"/>.</summary>
    public string Kind { get; }

    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>To find it in the logs.</summary>
    public string TraceId { get; private set; } = "";

    /// <summary>For a fault that a handler was given.</summary>
    public static ProblemPage Of(Fault fault) => new(Problems.StatusOf(fault), fault.Slug, fault.RetryAfter);

    /// <summary>For a status.</summary>
    public static ProblemPage Of(int status, string? kind = null) => new(status, kind ?? Problems.Of(status).Slug, retryAfter: null);

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) =>
        ExecuteResultAsync(new ActionContext(httpContext, httpContext.GetRouteData(), new ActionDescriptor()));
}

/// <summary>Gives browsers a page where nothing is at an address; programs get the problem document as ever.</summary>
internal static class ProblemPages
{
    public static void UseProblemPages(this WebApplication app) =>
        app.Use((context, next) => context.GetEndpoint() is null && IsForPeople(context.Request) ? NotFound(context) : next(context));

    private static bool IsForPeople(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static async Task NotFound(HttpContext context)
    {
        var visitor = context.RequestServices.GetRequiredService<Visitor>();
        visitor.See(context.Request, session: null);
        try
        {
            visitor.See(context.Request, await context.RequestServices.GetRequiredService<SessionStore>().Find(context));
        }
        catch (RedisUnavailableException)
        {
            // Then the page says nothing about who is signed in.
        }

        PageHeaders.Set(context.Response);
        await ProblemPage.Of(StatusCodes.Status404NotFound).ExecuteAsync(context);
    }
}
