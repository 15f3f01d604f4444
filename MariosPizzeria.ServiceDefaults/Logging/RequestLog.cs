using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MariosPizzeria.ServiceDefaults.Health;
using Microsoft.Extensions.Options;

namespace MariosPizzeria.ServiceDefaults.Logging;

/// <summary>How requests are logged.</summary>
public sealed class RequestLogOptions
{
    /// <summary>
    /// Debug by default: a request from one service to another is part of a request that the gateway logs, under the same correlation id.
    /// The gateway sets Information.
    /// </summary>
    public LogLevel Level { get; set; } = LogLevel.Debug;
}

/// <summary>
/// Logs two lines for each request: started and completed. Health probes, sent every second by other processes, are not logged.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, IOptions<RequestLogOptions> options, ILogger<RequestLog> logger)
{
    private readonly LogLevel _level = options.Value.Level;

    public Task InvokeAsync(HttpContext context) =>
        HealthEndpoints.IsHealth(context.Request.Path) || !logger.IsEnabled(_level) ? next(context) : LogAsync(context);

    private async Task LogAsync(HttpContext context)
    {
        var request = context.Request;
        var started = Stopwatch.GetTimestamp();
        LogStarted(
            logger,
            _level,
            request.Method,
            SecretPaths.Of(request.Path),
            LoggedQuery.Of(request.QueryString),
            request.Headers.UserAgent.ToString(),
            Truncate(context.Connection.RemoteIpAddress)
        );
        try
        {
            await next(context);
        }
        finally
        {
            LogCompleted(
                logger,
                _level,
                request.Method,
                SecretPaths.Of(request.Path),
                context.Response.StatusCode,
                Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 3)
            );
        }
    }

    /// <summary>Returns an address without its last part: enough to recognize a network, too little to identify a person.</summary>
    private static string Truncate(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        var text = address.ToString();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? text[..text.LastIndexOf('.')] + ".0"
            : text[..(text.LastIndexOf(':') + 1)] + "0";
    }

    [LoggerMessage(EventId = 10, Message = "Request started: {method} {path}", EventName = "request_started")]
    private static partial void LogStarted(
        ILogger logger,
        LogLevel level,
        string method,
        string path,
        string query_params,
        string user_agent,
        string client_ip
    );

    [LoggerMessage(EventId = 11, Message = "Request completed: {method} {path} {status_code}", EventName = "request_completed")]
    private static partial void LogCompleted(
        ILogger logger,
        LogLevel level,
        string method,
        string path,
        int status_code,
        double duration_ms
    );
}
