namespace MariosPizzeria.BuildingBlocks.Scheduling;

/// <summary>A job that runs at the times that the scheduler publishes as <see cref="ScheduledJobDue"/>.</summary>
public interface IScheduledJob
{
    /// <summary>The name of the job, one of <see cref="ScheduledJobs"/>.</summary>
    string Name { get; }

    /// <summary>Runs the job. Running it twice for one time must have no more effect than running it once.</summary>
    /// <param name="cause">
    /// The scheduler, at the time when the job was due: a late message does not change documents that were in time then.
    /// </param>
    /// <param name="dueId">The id of the event; the same for every delivery of it.</param>
    /// <returns>The number of documents that it changed.</returns>
    Task<int> RunAsync(Cause cause, Guid dueId, CancellationToken cancellationToken);
}

/// <summary>Registers scheduled jobs.</summary>
public static class ScheduledJobRegistration
{
    /// <summary>Registers a job that the service's <see cref="ScheduledJobConsumer"/> runs.</summary>
    public static IServiceCollection AddScheduledJob<T>(this IServiceCollection services)
        where T : class, IScheduledJob =>
        services.AddSingleton<T>().AddSingleton<IScheduledJob>(provider => provider.GetRequiredService<T>());
}
