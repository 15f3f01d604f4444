using MariosPizzeria.Kitchens.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Streaming;

namespace MariosPizzeria.Kitchens.Streaming;

/// <summary>
/// What changed lately, for all viewers of this process at once: one subscription, one read per change and not one per viewer, and
/// no queue for any of them. A viewer who falls behind the last changes is told to start over from a snapshot.
/// </summary>
public sealed partial class TicketFeed(ChangeHints<Ticket> hints, IRepository<Ticket> tickets, ILogger<TicketFeed> logger)
    : BackgroundService
{
    private const int Kept = 256;
    private const int MostReadAtOnce = 64;

    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _stale = new(StringComparer.Ordinal);
    private readonly Ticket?[] _recent = new Ticket?[Kept];
    private readonly Pulse _touched = new();
    private readonly Pulse _read = new();
    private long _count;
    private int _viewers;

    /// <summary>Ends when something in the kitchen changes next.</summary>
    public Task NextTouch => _touched.Next;

    /// <summary>Ends when the next changes are there to be read with <see cref="After"/>.</summary>
    public Task NextRead => _read.Next;

    /// <summary>Says that something other than a ticket changed here.</summary>
    public void Touch() => _touched.Beat();

    /// <summary>Begins to view. Changes are read only while somebody views.</summary>
    /// <returns>Where the viewer stands; to be given to <see cref="After"/>.</returns>
    public long Enter()
    {
        lock (_gate)
        {
            _viewers++;
            return _count;
        }
    }

    /// <summary>Ends viewing.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _viewers--;
        }
    }

    /// <summary>What changed after a position, in order; null where that is more than is kept: the viewer needs a snapshot.</summary>
    public (IReadOnlyList<Ticket>? Tickets, long Position) After(long position)
    {
        lock (_gate)
        {
            if (_count - position > Kept)
            {
                return (null, _count);
            }

            var changed = new List<Ticket>();
            for (var at = position; at < _count; at++)
            {
                changed.Add(_recent[at % Kept]!);
            }

            return (changed, _count);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Surviving(() => hints.Listen(OnHint, stoppingToken), stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var touched = NextTouch;
            await Surviving(() => ReadStale(stoppingToken), stoppingToken);
            await touched.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(BetweenReads, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void OnHint(string orderId)
    {
        lock (_gate)
        {
            if (_viewers > 0)
            {
                _stale.Add(orderId);
            }
        }

        _touched.Beat();
    }

    private async Task ReadStale(CancellationToken stoppingToken)
    {
        string[] stale;
        lock (_gate)
        {
            stale = [.. _stale];
            _stale.Clear();
            if (stale.Length == 0)
            {
                return;
            }

            if (stale.Length > MostReadAtOnce)
            {
                // One snapshot each is less work than all these changes: nobody's position is within what is kept any more.
                _count += Kept + 1;
                stale = [];
            }
        }

        try
        {
            foreach (var orderId in stale)
            {
                if (await tickets.Find(orderId, stoppingToken) is { } ticket)
                {
                    lock (_gate)
                    {
                        _recent[_count++ % Kept] = ticket;
                    }
                }
            }
        }
        catch
        {
            lock (_gate)
            {
                _stale.UnionWith(stale);
            }

            throw;
        }
        finally
        {
            _read.Beat();
        }
    }

    private async Task Surviving(Func<Task> action, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await action();
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(logger, e);
                await Task.Delay(PauseAfterFailure, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(301, LogLevel.Error, "The kitchen's screens can't be told of changes; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
