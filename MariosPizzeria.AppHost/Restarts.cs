using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.AppHost;

/// <summary>
/// Restarts processes and local servers that ended with an error or were killed, because the orchestrator does not. A process that ended
/// with exit code 0 was stopped on request, for example by the dashboard's stop command.
/// </summary>
internal static partial class Restarts
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    // After a process has run for this time, the back-off starts again with the first delay.
    private static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    /// <summary>Watches all resources from before the first one starts until the application stops.</summary>
    public static void AddRestarts(this IDistributedApplicationBuilder builder) =>
        // A hosted service would start only after all resources have started, and a replica that ended earlier would block that.
        builder.Eventing.Subscribe<BeforeStartEvent>(
            (start, cancellationToken) =>
            {
                _ = WatchAsync(start.Services, start.Services.GetRequiredService<ILogger<BeforeStartEvent>>(), cancellationToken);
                return Task.CompletedTask;
            }
        );

    private static async Task WatchAsync(IServiceProvider services, ILogger logger, CancellationToken cancellationToken)
    {
        var restarting = new ConcurrentDictionary<string, (TimeSpan Delay, DateTimeOffset At)>(StringComparer.Ordinal);
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        await foreach (var change in notifications.WatchAsync(cancellationToken))
        {
            var hasFailed =
                change.Resource.HasAnnotationOfType<RestartAnnotation>()
                && KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text)
                && change.Snapshot.ExitCode is not (null or 0);
            if (!hasFailed)
            {
                continue;
            }

            var now = DateTimeOffset.UtcNow;
            var (delay, at) = restarting.GetValueOrDefault(change.ResourceId, (TimeSpan.Zero, DateTimeOffset.MinValue));
            if (at > now)
            {
                // The same exit is reported more than once.
                continue;
            }

            delay = now - at > Stable ? FirstDelay : TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestDelay.Ticks));
            restarting[change.ResourceId] = (delay, now + delay);
            LogRestart(logger, change.ResourceId, change.Snapshot.ExitCode, delay.TotalSeconds);
            _ = RestartAsync(services, change.ResourceId, delay, cancellationToken);
        }
    }

    private static async Task RestartAsync(
        IServiceProvider services,
        string resourceId,
        TimeSpan delay,
        CancellationToken cancellationToken
    )
    {
        await Task.Delay(delay, cancellationToken);
        await services
            .GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync(resourceId, KnownResourceCommands.StartCommand, cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Resource} ended with exit code {ExitCode}; restarting in {Delay} s")]
    private static partial void LogRestart(ILogger logger, string resource, int? exitCode, double delay);
}

/// <summary>Marks a process that is meant to run for as long as the application does.</summary>
internal sealed class RestartAnnotation : IResourceAnnotation;
