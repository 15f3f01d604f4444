using System.Diagnostics;
using MariosPizzeria.ServiceDefaults.Health;

namespace MariosPizzeria.ServiceDefaults.Telemetry;

/// <summary>
/// The durations of the last requests of this process, for a status page. Dashboards have the whole distribution from
/// <c>http.server.request.duration</c>, which is measured only if telemetry is exported.
/// </summary>
public sealed class RequestDurations
{
    /// <summary>The number of most recent requests that are kept.</summary>
    public const int Kept = 1024;

    private readonly float[] _milliseconds = new float[Kept];
    private long _count;

    /// <summary>Records the duration of a request. Thread-safe.</summary>
    public void Add(TimeSpan duration)
    {
        var at = (Interlocked.Increment(ref _count) - 1) % Kept;
        Volatile.Write(ref _milliseconds[at], (float)duration.TotalMilliseconds);
    }

    /// <summary>
    /// Returns the number of requests in the figure, at most <see cref="Kept"/>, and the time in milliseconds within which 95 % of them
    /// were answered.
    /// </summary>
    /// <returns>Null milliseconds if there was no request.</returns>
    public (int Requests, double? Milliseconds) Percentile95()
    {
        var requests = (int)Math.Min(Interlocked.Read(ref _count), Kept);
        if (requests == 0)
        {
            return (0, null);
        }

        var sorted = _milliseconds[..requests];
        Array.Sort(sorted);
        return (requests, Math.Round(sorted[(int)Math.Ceiling(0.95 * requests) - 1], 1));
    }
}

/// <summary>
/// Measures each request except those that other processes send continuously, and streams, which last as long as their client is connected.
/// </summary>
internal sealed class RequestTimer(RequestDelegate next, RequestDurations durations)
{
    public Task InvokeAsync(HttpContext context) =>
        HealthEndpoints.IsHealth(context.Request.Path)
        || context.Request.Path.StartsWithSegments(ProcessStatus.Path, StringComparison.Ordinal)
        || context.Request.Path.StartsWithSegments("/internal/messaging", StringComparison.Ordinal)
            ? next(context)
            : MeasureAsync(context);

    private async Task MeasureAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) is not true)
            {
                durations.Add(Stopwatch.GetElapsedTime(started));
            }
        }
    }
}
