using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MariosPizzeria.ServiceDefaults.Health;

/// <summary>
/// Logs why a process is not ready: when that begins, once a minute while it lasts, and when it is over. Readiness is probed many times a
/// second while a process is not ready.
/// </summary>
internal sealed partial class ReadinessLog(ILogger<ReadinessLog> logger, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, long> _loggedAt = new(StringComparer.Ordinal);

    /// <summary>Processes one report; a check that ended with an exception did not answer.</summary>
    public void Report(HealthReport report)
    {
        foreach (var (name, entry) in report.Entries)
        {
            if (entry.Exception is null)
            {
                if (_loggedAt.TryRemove(name, out _))
                {
                    LogAnswersAgain(name);
                }
            }
            else if (IsDue(name))
            {
                LogNotReady(entry.Exception, name);
            }
        }
    }

    private bool IsDue(string name)
    {
        var now = time.GetTimestamp();
        return _loggedAt.TryGetValue(name, out var last)
            ? time.GetElapsedTime(last, now) >= Interval && _loggedAt.TryUpdate(name, now, last)
            : _loggedAt.TryAdd(name, now);
    }

    [LoggerMessage(20, LogLevel.Warning, "Not ready: {dependency} does not answer")]
    private partial void LogNotReady(Exception exception, string dependency);

    [LoggerMessage(21, LogLevel.Information, "{dependency} answers again")]
    private partial void LogAnswersAgain(string dependency);
}
