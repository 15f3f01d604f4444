using System.Collections.Concurrent;
using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.ServiceDefaults.Streaming;

/// <summary>
/// Tells every replica that a document changed, so that those with viewers read it anew: after each commit a message on
/// <c>{prefix}{id}</c> with the version, over Redis pub/sub. Sent beside the request that changed it, several changes of one document
/// as one. A hint may be lost: nothing depends on it but how soon a viewer sees the change.
/// </summary>
public sealed partial class ChangeHints<T>(
    string prefix,
    DocumentType<T> type,
    ICache cache,
    OutboxSignal commits,
    TimeProvider time,
    ILogger<ChangeHints<T>> logger
) : BackgroundService
    where T : class, IDocument
{
    // Of documents that changed while Redis was away; beyond it hints are lost.
    private const int MostWaiting = 10_000;

    // A hint that was lost while Redis was away: viewers see the change so much later.
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, long> _waiting = new(StringComparer.Ordinal);
    private readonly Pulse _changed = new();

    /// <summary>
    /// Calls back with the document's id for every hint of any replica, until it is cancelled. As hints may be lost, calls
    /// <paramref name="onSweep"/> as well: once it listens, for what changed before, and every half a minute.
    /// </summary>
    public async Task Follow(Action<string> onChanged, Action onSweep, CancellationToken cancellationToken)
    {
        try
        {
            await Listen(onChanged, cancellationToken);
            onSweep();
            using var timer = new PeriodicTimer(Sweep, time);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                onSweep();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private Task Listen(Action<string> onChanged, CancellationToken cancellationToken) =>
        Repeat.UntilDoneAsync(
            stop => cache.Subscribe(prefix + "*", (channel, _) => onChanged(channel[prefix.Length..]), stop),
            e => LogDeaf(logger, e, type.Collection),
            PauseAfterFailure,
            cancellationToken
        );

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        commits.Listen(OnCommitted);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Once more when the loop has ended: what the last requests changed.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TrySend(CancellationToken.None);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = _changed.Next;
            var next = await TrySend(stoppingToken) ? changed : Task.Delay(PauseAfterFailure, stoppingToken);
            await next.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void OnCommitted(IDocument document, IReadOnlyList<Event> events)
    {
        if (document is T && _waiting.Count < MostWaiting)
        {
            _waiting.AddOrUpdate(document.Id, document.Version, (_, waiting) => Math.Max(waiting, document.Version));
            _changed.Beat();
        }
    }

    private async Task<bool> TrySend(CancellationToken cancellationToken)
    {
        try
        {
            // All on their way before the first is waited for.
            await Task.WhenAll(_waiting.Select(change => Send(change, cancellationToken)).ToList());
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception e)
        {
            LogLate(logger, e, type.Collection);
            return false;
        }
    }

    private async Task Send(KeyValuePair<string, long> change, CancellationToken cancellationToken)
    {
        await cache.Publish(prefix + change.Key, change.Value.ToString(CultureInfo.InvariantCulture), cancellationToken);

        // Stays where it changed again meanwhile.
        _waiting.TryRemove(change);
    }

    [LoggerMessage(70, LogLevel.Warning, "Changes of {collection} can't be announced; viewers see them later")]
    private static partial void LogLate(ILogger logger, Exception exception, string collection);

    [LoggerMessage(71, LogLevel.Warning, "Changes of {collection} can't be heard of; it is tried again")]
    private static partial void LogDeaf(ILogger logger, Exception exception, string collection);
}

/// <summary>Sets up the hints.</summary>
public static class ChangeHintRegistration
{
    /// <summary>Announces every change of a kind of document.</summary>
    /// <param name="services">Of a process that changes such documents or shows them.</param>
    /// <param name="prefix">Of the channel; the id follows: <c>order:</c>.</param>
    public static IServiceCollection AddChangeHints<T>(this IServiceCollection services, string prefix)
        where T : class, IDocument
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ChangeHints<T>>(provider, prefix));
        services.AddHostedService(provider => provider.GetRequiredService<ChangeHints<T>>());
        return services;
    }
}
