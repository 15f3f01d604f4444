using MariosPizzeria.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MariosPizzeria.ServiceDefaults.Streaming;

/// <summary>
/// Wakes those who view a document, or all of its kind, when it changes, in whichever replica: one subscription of this process, from
/// its first viewer on, and for each viewed document one pulse that all its viewers wait for.
/// </summary>
public sealed class ChangeFeed<T>(ChangeHints<T> hints) : BackgroundService
    where T : class, IDocument
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Viewed> _viewed = new(StringComparer.Ordinal);
    private readonly Pulse _any = new();
    private readonly TaskCompletionSource _firstViewer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to view a document; ends with its disposal.</summary>
    public Viewing View(string id)
    {
        lock (_gate)
        {
            if (!_viewed.TryGetValue(id, out var viewed))
            {
                _viewed[id] = viewed = new();
            }

            viewed.Viewers++;
            _firstViewer.TrySetResult();
            return new(this, id, viewed.Changed);
        }
    }

    /// <summary>Ends when any document of the kind may have changed.</summary>
    public Task NextChangeOfAny()
    {
        _firstViewer.TrySetResult();
        return _any.Next;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _firstViewer.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await hints.Follow(OnHint, WakeAll, stoppingToken);
    }

    private void OnHint(string id)
    {
        _any.Beat();
        lock (_gate)
        {
            if (_viewed.TryGetValue(id, out var viewed))
            {
                viewed.Changed.Beat();
            }
        }
    }

    private void WakeAll()
    {
        _any.Beat();
        lock (_gate)
        {
            foreach (var viewed in _viewed.Values)
            {
                viewed.Changed.Beat();
            }
        }
    }

    private void Leave(string id)
    {
        lock (_gate)
        {
            if (--_viewed[id].Viewers == 0)
            {
                _viewed.Remove(id);
            }
        }
    }

    /// <summary>One viewer of one document.</summary>
    public sealed class Viewing : IDisposable
    {
        private readonly ChangeFeed<T> _feed;
        private readonly string _id;
        private readonly Pulse _changed;

        internal Viewing(ChangeFeed<T> feed, string id, Pulse changed) => (_feed, _id, _changed) = (feed, id, changed);

        /// <summary>Ends when the document may have changed.</summary>
        public Task NextChange => _changed.Next;

        /// <summary>Ends viewing; to be called once.</summary>
        public void Dispose() => _feed.Leave(_id);
    }

    private sealed class Viewed
    {
        public Pulse Changed { get; } = new();

        public int Viewers { get; set; }
    }
}

/// <summary>Sets up feeds.</summary>
public static class ChangeFeedRegistration
{
    /// <summary>Announces every change of a kind of document, and wakes who views them.</summary>
    /// <param name="services">Of a process that shows such documents.</param>
    /// <param name="prefix">As for <see cref="ChangeHintRegistration.AddChangeHints{T}"/>.</param>
    public static IServiceCollection AddChangeFeed<T>(this IServiceCollection services, string prefix)
        where T : class, IDocument =>
        services
            .AddChangeHints<T>(prefix)
            .AddSingleton<ChangeFeed<T>>()
            .AddHostedService(provider => provider.GetRequiredService<ChangeFeed<T>>());
}
