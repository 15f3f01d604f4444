namespace MariosPizzeria.Scheduler;

/// <summary>Looks at one job's time for as long as the process runs. A look that fails is logged and made good by the next.</summary>
internal sealed partial class Clockwork(Job job, Ticker ticker, TimeProvider time, ILogger<Clockwork> logger) : BackgroundService
{
    // A clock may be set, and a machine may sleep: no look is further away than this.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = AfterFailure;
            try
            {
                await ticker.Tick(job, stoppingToken);
                var now = time.GetUtcNow();
                pause = Min(job.NextDue(now) - now, LongestPause);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e, job.Name);
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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
