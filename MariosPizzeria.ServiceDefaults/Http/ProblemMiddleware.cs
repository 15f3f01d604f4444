using System.Text.Json;
using System.Text.RegularExpressions;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>
/// Turns whatever a request ends in into an answer of the contract: an exception is named or hidden, an error status without a
/// body gets its problem document.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = ClientClosedRequest;
            }

            return;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var fault = FaultOf(e);
            if (Problems.StatusOf(fault.Slug) >= 500)
            {
                LogFailed(logger, e, context.Request.Method, context.Request.Path, fault.Slug);
            }

            context.Response.Clear();
            await Problems.Write(context, fault);
            return;
        }

        if (
            context.Response is
            { HasStarted: false, StatusCode: >= 400 and not ClientClosedRequest, ContentType: null, ContentLength: null or 0 }
        )
        {
            await Problems.Write(context, Problems.Of(context.Response.StatusCode));
        }
    }

    private static Fault FaultOf(Exception exception) =>
        exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => FaultOf(json),
            BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => FaultOf(bad),
            BadHttpRequestException bad => Problems.Of(bad.StatusCode),
            JsonException json => FaultOf(json),
            NpgsqlException
            or DatabaseUnavailableException
            or RedisUnavailableException
            or ServiceUnavailableException
            or TimeoutException => Fault.Unavailable("A backing service does not answer."),
            _ => Problems.Of(StatusCodes.Status500InternalServerError),
        };

    // The framework's own words are for the endpoint's author ("did you mean to use a service instead?"); the caller is told the name.
    private static Fault FaultOf(BadHttpRequestException bad) =>
        ParameterName().Match(bad.Message) is not { Success: true } match ? new Fault(Slugs.Validation, "The request could not be read.")
        : bad.Message.Contains(" body", StringComparison.Ordinal) ? Validation(["body"], "is required")
        : Validation([match.Groups["name"].Value], "is missing, or of another type");

    // The reader's own exception inside means that it is not JSON at all; without one, it is JSON of another form.
    private static Fault FaultOf(JsonException json)
    {
        if (json.Path is null || IsNoJson(json.InnerException))
        {
            return new Fault(Slugs.MalformedJson, "The body is not well-formed JSON.");
        }

        var path = json.Path.TrimStart('$').TrimStart('.');
        return MissingProperties().Match(json.Message) is { Success: true } missing
            ? Validation(
                missing.Groups["name"].Captures.Select(property => path.Length == 0 ? property.Value : $"{path}.{property.Value}"),
                "is required"
            )
            : Validation(
                [path.Length == 0 ? "body" : path],
                json switch
                {
                    PizzeriaJson.UnknownValueException unknown => $"is {unknown.Expected}",
                    UnreadableTextException => UnreadableTextException.Fault,
                    _ => "is of another type, out of range, or given twice",
                }
            );
    }

    private static bool IsNoJson(Exception? inner) => inner is not null && (inner is JsonException || IsNoJson(inner.InnerException));

    private static Fault Validation(IEnumerable<string> fields, string message) =>
        Fault.Validation(fields.ToDictionary(field => field, _ => new[] { message }, StringComparer.Ordinal));

    [GeneratedRegex("parameter \"([^\"]* )?(?<name>[^\" ]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex ParameterName();

    // The names are in the message and nowhere else.
    [GeneratedRegex(
        "required properties including: ('(?<name>[^']+)'(, )?)+",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex MissingProperties();

    [LoggerMessage(30, LogLevel.Error, "{method} {path} failed: {problem}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string path, string problem);
}
