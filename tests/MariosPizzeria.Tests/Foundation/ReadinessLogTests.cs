using MariosPizzeria.ServiceDefaults.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The log entries about a process that is not ready.</summary>
public sealed class ReadinessLogTests
{
    [Fact]
    public void An_outage_is_logged_when_it_begins_once_a_minute_and_when_it_is_over()
    {
        using var lines = new LogLines();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(lines));
        var clock = new StoppedClock();
        var log = new ReadinessLog(factory.CreateLogger<ReadinessLog>(), clock);

        log.Report(Report(redis: null, database: null));
        lines.Entries.ShouldBeEmpty();

        for (var seconds = 0; seconds < 90; seconds++)
        {
            log.Report(Report(redis: new TimeoutException(), database: null));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        log.Report(Report(redis: null, database: new TimeoutException()));
        log.Report(Report(redis: null, database: null));
        log.Report(Report(redis: null, database: null));

        lines
            .Entries.Select(entry => entry.Message)
            .ShouldBe([
                "Not ready: redis does not answer",
                "Not ready: redis does not answer",
                "redis answers again",
                "Not ready: database does not answer",
                "database answers again",
            ]);
    }

    private static HealthReport Report(Exception? redis, Exception? database) =>
        new(new Dictionary<string, HealthReportEntry> { ["redis"] = Entry(redis), ["database"] = Entry(database) }, TimeSpan.Zero);

    private static HealthReportEntry Entry(Exception? exception) =>
        new(exception is null ? HealthStatus.Healthy : HealthStatus.Unhealthy, null, TimeSpan.Zero, exception, null);
}
