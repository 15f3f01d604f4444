using System.Text.RegularExpressions;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Logging;
using Npgsql;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>
/// Converts every failed request to a response of the API contract: an exception becomes a specific error, or a general one that hides it;
/// an error status without a body gets its problem document.
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
            if (Problems.StatusOf(fault.Code) >= 500)
            {
                LogFailed(logger, e, context.Request.Method, SecretPaths.Of(context.Request.Path), fault.Code);
            }

            context.Response.Clear();
            await Problems.WriteAsync(context, fault);
            return;
        }

        if (
            context.Response is
            { HasStarted: false, StatusCode: >= 400 and not ClientClosedRequest, ContentType: null, ContentLength: null or 0 }
        )
        {
            await Problems.WriteAsync(context, Problems.Of(context.Response.StatusCode));
        }
    }

    private static Error FaultOf(Exception exception) =>
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
            or ConcurrencyException
            or TimeoutException => Error.Unavailable("A backing service does not answer."),
            _ => Problems.Of(StatusCodes.Status500InternalServerError),
        };

    // The framework's message is for the endpoint's developer ("did you mean to use a service instead?"); the client gets only the name.
    private static Error FaultOf(BadHttpRequestException bad) =>
        ParameterName().Match(bad.Message) is not { Success: true } match
            ? new Error(ErrorCodes.Validation, "The request could not be read.")
        : bad.Message.Contains(" body", StringComparison.Ordinal) ? Validation(["body"], "is required")
        : Validation([match.Groups["name"].Value], "is missing or has the wrong type");

    // An inner exception of the JSON reader means that the body is not JSON; without one, it is JSON of another shape.
    private static Error FaultOf(JsonException json)
    {
        if (json.Path is null || IsNoJson(json.InnerException))
        {
            return new Error(ErrorCodes.MalformedJson, "The body is not well-formed JSON.");
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
                    PizzeriaJson.UnknownValueException unknown => $"must be {unknown.Expected}",
                    UnreadableTextException => UnreadableTextException.Fault,
                    _ => "has the wrong type, is out of range, or is given twice",
                }
            );
    }

    private static bool IsNoJson(Exception? inner) => inner is not null && (inner is JsonException || IsNoJson(inner.InnerException));

    private static Error Validation(IEnumerable<string> fields, string message) =>
        Error.Validation(fields.ToDictionary(field => field, _ => new[] { message }, StringComparer.Ordinal));

    [GeneratedRegex("parameter \"([^\"]* )?(?<name>[^\" ]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex ParameterName();

    // Only the message contains the names.
    [GeneratedRegex(
        "required properties including: ('(?<name>[^']+)'(, )?)+",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex MissingProperties();

    [LoggerMessage(30, LogLevel.Error, "{method} {path} failed: {problem}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string path, string problem);
}
