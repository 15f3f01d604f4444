using MariosPizzeria.Ordering.Domain;
using MariosPizzeria.ServiceDefaults.Streaming;

namespace MariosPizzeria.Ordering.Streaming;

/// <summary>
/// Wakes those who view an order when it changes, in whichever replica: one subscription of this process, from its first viewer on,
/// and for each viewed order one pulse that all its viewers wait for.
/// </summary>
public sealed class OrderFeed(ChangeHints<Order> hints, TimeProvider time) : BackgroundService
{
    // Hints may be lost while Redis is away: then a viewer sees the change so much later.
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Viewed> _viewed = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _firstViewer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to view an order; ends with its disposal.</summary>
    public Viewing View(string orderId)
    {
        lock (_gate)
        {
            if (!_viewed.TryGetValue(orderId, out var viewed))
            {
                _viewed[orderId] = viewed = new();
            }

            viewed.Viewers++;
            _firstViewer.TrySetResult();
            return new(this, orderId, viewed.Changed);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _firstViewer.Task.WaitAsync(stoppingToken);
            await hints.Listen(OnHint, stoppingToken);

            // Whoever came before the subscription stood may have missed a change.
            WakeAll();
            using var timer = new PeriodicTimer(Sweep, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                WakeAll();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private void OnHint(string orderId)
    {
        lock (_gate)
        {
            if (_viewed.TryGetValue(orderId, out var viewed))
            {
                viewed.Changed.Beat();
            }
        }
    }

    private void WakeAll()
    {
        lock (_gate)
        {
            foreach (var viewed in _viewed.Values)
            {
                viewed.Changed.Beat();
            }
        }
    }

    private void Leave(string orderId)
    {
        lock (_gate)
        {
            if (--_viewed[orderId].Viewers == 0)
            {
                _viewed.Remove(orderId);
            }
        }
    }

    /// <summary>One viewer of one order.</summary>
    public sealed class Viewing : IDisposable
    {
        private readonly OrderFeed _feed;
        private readonly string _orderId;
        private readonly Pulse _changed;

        internal Viewing(OrderFeed feed, string orderId, Pulse changed) => (_feed, _orderId, _changed) = (feed, orderId, changed);

        /// <summary>Ends when the order may have changed.</summary>
        public Task NextChange => _changed.Next;

        /// <summary>Ends viewing; to be called once.</summary>
        public void Dispose() => _feed.Leave(_orderId);
    }

    private sealed class Viewed
    {
        public Pulse Changed { get; } = new();

        public int Viewers { get; set; }
    }
}
