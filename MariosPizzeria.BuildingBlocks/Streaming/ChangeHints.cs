using System.Collections.Concurrent;
using MariosPizzeria.BuildingBlocks.Caching;

namespace MariosPizzeria.BuildingBlocks.Streaming;

/// <summary>
/// Tells every replica that a document changed, so that replicas with viewers read it again: after each commit a message on
/// <c>{prefix}{id}</c> with the version, over Redis pub/sub. It is sent outside the request that made the change; several changes of one
/// document are sent as one. A hint may be lost: this only delays when a viewer sees the change.
/// </summary>
public sealed partial class ChangeHints<T>(
    string prefix,
    DocumentType<T> type,
    ICache cache,
    CommittedEventQueue commits,
    TimeProvider time,
    ILogger<ChangeHints<T>> logger
) : BackgroundService
    where T : class, IDocument
{
    // The maximum number of documents whose hints wait while Redis is unreachable; further hints are lost.
    private const int MaxQueuedHints = 10_000;

    // The longest delay with which viewers see a change if its hint was lost while Redis was unreachable.
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, long> _waiting = new(StringComparer.Ordinal);
    private readonly AsyncSignal _changed = new();
    private readonly OutageReport _sending = new(
        e => LogSendFailed(logger, e, type.Collection),
        () => LogSendRecovered(logger, type.Collection)
    );

    /// <summary>
    /// Calls <paramref name="onChanged"/> with the document's id for every hint of any replica, until it is cancelled. Because hints may be
    /// lost, it also calls <paramref name="onSweep"/>: once it is subscribed, for earlier changes, and every half a minute.
    /// </summary>
    public async Task FollowAsync(Action<string> onChanged, Action onSweep, CancellationToken cancellationToken)
    {
        try
        {
            await ListenAsync(onChanged, cancellationToken);
            onSweep();
            using var timer = new PeriodicTimer(SweepInterval, time);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                onSweep();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process is stopping.
        }
    }

    private Task ListenAsync(Action<string> onChanged, CancellationToken cancellationToken)
    {
        var subscribing = new OutageReport(
            e => LogSubscriptionFailed(logger, e, type.Collection),
            () => LogSubscriptionRecovered(logger, type.Collection)
        );
        return RetryLoop.RetryUntilDoneAsync(
            async stop =>
            {
                await cache.SubscribeAsync(prefix + "*", (channel, _) => onChanged(channel[prefix.Length..]), stop);
                subscribing.Succeeded();
            },
            subscribing.Failed,
            PauseAfterFailure,
            cancellationToken
        );
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        commits.AddListener(OnCommitted);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Sends once more after the loop has ended: the hints of the last requests.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TrySendAsync(CancellationToken.None);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = _changed.Next;
            var next = await TrySendAsync(stoppingToken) ? changed : Task.Delay(PauseAfterFailure, stoppingToken);
            await next.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void OnCommitted(IDocument document, IReadOnlyList<Event> events)
    {
        if (document is T && _waiting.Count < MaxQueuedHints)
        {
            _waiting.AddOrUpdate(document.Id, document.Version, (_, waiting) => Math.Max(waiting, document.Version));
            _changed.Set();
        }
    }

    private async Task<bool> TrySendAsync(CancellationToken cancellationToken)
    {
        try
        {
            // All are sent before the first is awaited.
            await Task.WhenAll(_waiting.Select(change => SendAsync(change, cancellationToken)).ToList());
            _sending.Succeeded();
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception e)
        {
            _sending.Failed(e);
            return false;
        }
    }

    private async Task SendAsync(KeyValuePair<string, long> change, CancellationToken cancellationToken)
    {
        await cache.PublishAsync(prefix + change.Key, change.Value.ToString(CultureInfo.InvariantCulture), cancellationToken);

        // Stays if the document has changed again.
        _waiting.TryRemove(change);
    }

    [LoggerMessage(70, LogLevel.Warning, "Changes of {collection} could not be published; viewers see them later")]
    private static partial void LogSendFailed(ILogger logger, Exception exception, string collection);

    [LoggerMessage(72, LogLevel.Information, "Changes of {collection} are published again")]
    private static partial void LogSendRecovered(ILogger logger, string collection);

    [LoggerMessage(71, LogLevel.Warning, "Cannot subscribe to changes of {collection}; retrying")]
    private static partial void LogSubscriptionFailed(ILogger logger, Exception exception, string collection);

    [LoggerMessage(73, LogLevel.Information, "Subscribed to changes of {collection} after failed attempts")]
    private static partial void LogSubscriptionRecovered(ILogger logger, string collection);
}

/// <summary>Registers change hints.</summary>
public static class ChangeHintRegistration
{
    /// <summary>Announces every change of a type of document.</summary>
    /// <param name="services">The services of a process that changes such documents or shows them.</param>
    /// <param name="prefix">The prefix of the channel; the id follows: <c>order:</c>.</param>
    public static IServiceCollection AddChangeHints<T>(this IServiceCollection services, string prefix)
        where T : class, IDocument
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ChangeHints<T>>(provider, prefix));
        services.AddHostedService(provider => provider.GetRequiredService<ChangeHints<T>>());
        return services;
    }
}
