using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MariosPizzeria.ServiceDefaults.Health;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.ServiceDefaults.Logging;

/// <summary>Two lines a request: started and completed. Health is asked every second by machines and is left out.</summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger)
{
    public Task InvokeAsync(HttpContext context) =>
        HealthEndpoints.IsHealth(context.Request.Path) || !logger.IsEnabled(LogLevel.Information) ? next(context) : Log(context);

    private async Task Log(HttpContext context)
    {
        var request = context.Request;
        var started = Stopwatch.GetTimestamp();
        LogStarted(
            logger,
            request.Method,
            request.Path,
            LoggedQuery.Of(request.QueryString),
            request.Headers.UserAgent.ToString(),
            Cut(context.Connection.RemoteIpAddress)
        );
        try
        {
            await next(context);
        }
        finally
        {
            LogCompleted(
                logger,
                request.Method,
                request.Path,
                context.Response.StatusCode,
                Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 3)
            );
        }
    }

    /// <summary>An address without its last part: enough to see a network, too little to know a person.</summary>
    private static string Cut(IPAddress? address)
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

    [LoggerMessage(10, LogLevel.Information, "Request started: {method} {path}", EventName = "request_started")]
    private static partial void LogStarted(
        ILogger logger,
        string method,
        string path,
        string query_params,
        string user_agent,
        string client_ip
    );

    [LoggerMessage(11, LogLevel.Information, "Request completed: {method} {path} {status_code}", EventName = "request_completed")]
    private static partial void LogCompleted(ILogger logger, string method, string path, int status_code, double duration_ms);
}
