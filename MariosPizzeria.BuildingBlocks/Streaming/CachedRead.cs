namespace MariosPizzeria.BuildingBlocks.Streaming;

/// <summary>
/// A value that is computed from documents of one or two types, read from the database once and then kept in memory. It is read again after
/// a commit of this process (immediately: a client that changed something sees the change) and after a hint of another replica's commit.
/// Hints may be lost, so it is never kept longer than <see cref="MaxAge"/>. Concurrent callers share one read.
/// </summary>
/// <typeparam name="TDocument">The documents that it depends on. Their changes are announced by <see cref="ChangeHints{T}"/>.</typeparam>
/// <typeparam name="TValue">Must not be modified: all callers get the same instance.</typeparam>
public sealed class CachedRead<TDocument, TValue> : BackgroundService
    where TDocument : class, IDocument
{
    /// <summary>How long another replica's change can stay unseen if its hint was lost.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(250);

    private readonly Func<CancellationToken, Task<TValue>> _read;
    private readonly IReadOnlyList<FollowHints> _hints;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private long _changes;
    private Kept? _kept;

    internal CachedRead(
        Func<CancellationToken, Task<TValue>> read,
        ChangeHints<TDocument> hints,
        CommittedEventQueue commits,
        TimeProvider time
    )
        : this(read, document => document is TDocument, [hints.FollowAsync], commits, time) { }

    internal CachedRead(
        Func<CancellationToken, Task<TValue>> read,
        Func<IDocument, bool> dependsOn,
        IReadOnlyList<FollowHints> hints,
        CommittedEventQueue commits,
        TimeProvider time
    )
    {
        (_read, _hints, _time) = (read, hints, time);
        commits.AddListener(
            (document, _) =>
            {
                if (dependsOn(document))
                {
                    Invalidate();
                }
            }
        );
    }

    /// <summary>Returns the current value.</summary>
    /// <exception cref="DatabaseUnavailableException">The value has to be read, and the database does not answer.</exception>
    public Task<TValue> GetAsync(CancellationToken cancellationToken)
    {
        Kept kept;
        lock (_gate)
        {
            if (_kept is { } current && current.Changes == _changes && !current.IsOld(_time))
            {
                kept = current;
            }
            else
            {
                // One caller's cancellation must not end a read that other callers wait for.
                _kept = kept = new(_read(CancellationToken.None), _changes, _time.GetTimestamp());
            }
        }

        return kept.Value.IsCompletedSuccessfully ? kept.Value : kept.Value.WaitAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_hints.Select(follow => follow(_ => Invalidate(), Invalidate, stoppingToken)));

    private void Invalidate()
    {
        lock (_gate)
        {
            _changes++;
        }
    }

    /// <summary>A read and when it began.</summary>
    /// <param name="Value">The value, or the read in progress.</param>
    /// <param name="Changes">The number of changes known when the read began; a later change may be missing in the value.</param>
    /// <param name="ReadAt">When the read began.</param>
    private sealed record Kept(Task<TValue> Value, long Changes, long ReadAt)
    {
        public bool IsOld(TimeProvider time) => Value.IsFaulted || Value.IsCanceled || time.GetElapsedTime(ReadAt) > MaxAge;
    }
}

/// <summary><see cref="ChangeHints{T}.FollowAsync"/> of one type of document.</summary>
internal delegate Task FollowHints(Action<string> onChanged, Action onSweep, CancellationToken cancellationToken);

/// <summary>Sets up cached reads.</summary>
public static class CachedReadRegistration
{
    /// <summary>Registers a cached value that depends on documents of one type.</summary>
    /// <param name="services">The services of a process that reads it often.</param>
    /// <param name="prefix">As for <see cref="ChangeHintRegistration.AddChangeHints{T}"/>.</param>
    public static IServiceCollection AddCachedRead<TDocument, TValue>(
        this IServiceCollection services,
        string prefix,
        Func<IRepository<TDocument>, CancellationToken, Task<TValue>> read
    )
        where TDocument : class, IDocument =>
        services
            .AddChangeHints<TDocument>(prefix)
            .AddSingleton(provider =>
            {
                var documents = provider.GetRequiredService<IRepository<TDocument>>();
                return new CachedRead<TDocument, TValue>(
                    cancellationToken => read(documents, cancellationToken),
                    provider.GetRequiredService<ChangeHints<TDocument>>(),
                    provider.GetRequiredService<CommittedEventQueue>(),
                    provider.GetRequiredService<TimeProvider>()
                );
            })
            .AddHostedService(provider => provider.GetRequiredService<CachedRead<TDocument, TValue>>());

    /// <summary>
    /// Registers a cached value that depends on documents of two types; see <see cref="AddCachedRead{TDocument, TValue}"/>.
    /// </summary>
    /// <param name="services">The services of a process that reads it often.</param>
    /// <param name="prefix">The prefix of the first type's hints.</param>
    /// <param name="otherPrefix">The prefix of the second type's hints.</param>
    public static IServiceCollection AddCachedRead<TDocument, TOther, TValue>(
        this IServiceCollection services,
        string prefix,
        string otherPrefix,
        Func<IRepository<TDocument>, IRepository<TOther>, CancellationToken, Task<TValue>> read
    )
        where TDocument : class, IDocument
        where TOther : class, IDocument =>
        services
            .AddChangeHints<TDocument>(prefix)
            .AddChangeHints<TOther>(otherPrefix)
            .AddSingleton(provider =>
            {
                var documents = provider.GetRequiredService<IRepository<TDocument>>();
                var others = provider.GetRequiredService<IRepository<TOther>>();
                return new CachedRead<TDocument, TValue>(
                    cancellationToken => read(documents, others, cancellationToken),
                    document => document is TDocument or TOther,
                    [
                        provider.GetRequiredService<ChangeHints<TDocument>>().FollowAsync,
                        provider.GetRequiredService<ChangeHints<TOther>>().FollowAsync,
                    ],
                    provider.GetRequiredService<CommittedEventQueue>(),
                    provider.GetRequiredService<TimeProvider>()
                );
            })
            .AddHostedService(provider => provider.GetRequiredService<CachedRead<TDocument, TValue>>());
}
