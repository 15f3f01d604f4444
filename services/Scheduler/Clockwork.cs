using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.Scheduler;

/// <summary>Looks at one job's time for as long as the process runs. A look that fails is logged and made good by the next.</summary>
internal sealed partial class Clockwork(Job job, Ticker ticker, TimeProvider time, ILogger<Clockwork> logger) : BackgroundService
{
    // A clock may be set, and a machine may sleep: no look is further away than this.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Repeat.ForeverAsync(TickAsync, e => LogFailed(logger, e, job.Name), AfterFailure, time, stoppingToken);

    private async Task<TimeSpan> TickAsync(CancellationToken cancellationToken)
    {
        await ticker.Tick(job, cancellationToken);
        var now = time.GetUtcNow();
        return Min(job.NextDue(now) - now, LongestPause);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(201, LogLevel.Error, "Job {job} could not be told to be due; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception, string job);
}

/// <summary>Sets the clockworks up.</summary>
public static class ScheduleRegistration
{
    /// <summary>One clockwork a job.</summary>
    public static IServiceCollection AddSchedule(this IServiceCollection services, params IEnumerable<Job> jobs)
    {
        services.AddSingleton<Ticker>();
        foreach (var job in jobs)
        {
            // Not AddHostedService: it takes each type once only.
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<Clockwork>(provider, job));
        }

        return services;
    }
}
