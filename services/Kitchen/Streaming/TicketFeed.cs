using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.KitchenService.Features;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Streaming;

namespace MariosPizzeria.KitchenService.Streaming;

/// <summary>
/// What changed lately, for all viewers of this process at once: one subscription, one read per change and not one per viewer, and
/// no queue for any of them. A viewer who falls behind the last changes is told to start over from a snapshot; so are all when the
/// kitchen is paused, opened, or given another capacity. Hints may be lost, so the tickets in the kitchen are read now and then, once
/// for all viewers, and compared with what the viewers have seen.
/// </summary>
public sealed partial class TicketFeed(
    ChangeHints<Ticket> hints,
    ChangeHints<Kitchen> kitchenHints,
    IRepository<Ticket> tickets,
    TheKitchen kitchen,
    ILogger<TicketFeed> logger
) : BackgroundService
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

    // Of the tickets in the kitchen, the versions that viewers have seen; null while nobody views.
    private Dictionary<string, long>? _seen;
    private bool _sweepIsDue;
    private long _count;
    private int _viewers;
    private Settings? _settings;
    private bool _settingsAreStale;

    /// <summary>Ends when something in the kitchen changes next.</summary>
    public Task NextTouch => _touched.Next;

    /// <summary>Ends when the next changes are there to be read with <see cref="After"/>.</summary>
    public Task NextRead => _read.Next;

    /// <summary>Begins to view. Changes are read only while somebody views.</summary>
    /// <returns>Where the viewer stands; to be given to <see cref="After"/>.</returns>
    public async Task<long> Enter(CancellationToken cancellationToken)
    {
        // Counted first: a hint that comes while the rest is read would be dropped otherwise, and a change that is taken back later would
        // look like none. Read before the viewer's snapshot is: a change that the snapshot lacks is one from what is remembered here.
        lock (_gate)
        {
            _viewers++;
        }

        try
        {
            var settings = Settings.Of(await kitchen.Find(cancellationToken));
            var seen = _seen is null ? Versions(await InKitchen(cancellationToken)) : null;
            lock (_gate)
            {
                _settings ??= settings;

                // Where the last viewer left in this very moment: the next sweep tells too much rather than too little.
                _seen ??= seen ?? [];
                return _count;
            }
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Ends viewing.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (--_viewers == 0)
            {
                (_settings, _seen) = (null, null);
            }
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
        await Task.WhenAll(
            hints.Follow(OnHint, OnSweep, stoppingToken),
            kitchenHints.Follow(OnKitchenHint, () => OnKitchenHint(""), stoppingToken),
            Read(stoppingToken)
        );
    }

    private async Task Read(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var touched = NextTouch;
            await Insist(ReadStaleSettings);
            await Insist(Sweep);
            await Insist(ReadStale);
            await touched.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(BetweenReads, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task Insist(Func<CancellationToken, Task> read) =>
            Repeat.UntilDoneAsync(read, e => LogFailed(logger, e), PauseAfterFailure, stoppingToken);
    }

    private void OnSweep()
    {
        lock (_gate)
        {
            _sweepIsDue = _viewers > 0;
        }

        _touched.Beat();
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

    // Also every start and every finish is a change of the kitchen: of its slots.
    private void OnKitchenHint(string id)
    {
        lock (_gate)
        {
            _settingsAreStale = _viewers > 0;
        }

        _touched.Beat();
    }

    private async Task ReadStaleSettings(CancellationToken stoppingToken)
    {
        lock (_gate)
        {
            if (!_settingsAreStale)
            {
                return;
            }

            _settingsAreStale = false;
        }

        Settings settings;
        try
        {
            settings = Settings.Of(await kitchen.Find(stoppingToken));
        }
        catch
        {
            lock (_gate)
            {
                _settingsAreStale = true;
            }

            throw;
        }

        lock (_gate)
        {
            if (_settings == settings)
            {
                return;
            }

            _settings = settings;
            StartOver();
        }

        _read.Beat();
    }

    // What changed and was not hinted at is stale: tickets of another version, new ones, and those that have left.
    private async Task Sweep(CancellationToken stoppingToken)
    {
        lock (_gate)
        {
            if (!_sweepIsDue)
            {
                return;
            }
        }

        var stored = Versions(await InKitchen(stoppingToken));
        lock (_gate)
        {
            _sweepIsDue = false;
            if (_seen is not null)
            {
                _stale.UnionWith(stored.Where(ticket => _seen.GetValueOrDefault(ticket.Key) < ticket.Value).Select(ticket => ticket.Key));
                _stale.UnionWith(_seen.Keys.Where(id => !stored.ContainsKey(id)));

                // They are told now: one by one, or all by a snapshot.
                _seen = stored;
            }
        }
    }

    private Task<IReadOnlyList<Ticket>> InKitchen(CancellationToken cancellationToken) =>
        tickets.List(Collections.InState(ListTickets.InKitchen), cancellationToken);

    private static Dictionary<string, long> Versions(IEnumerable<Ticket> found) =>
        found.ToDictionary(ticket => ticket.Id, ticket => ticket.Version, StringComparer.Ordinal);

    private void See(Ticket ticket)
    {
        _recent[_count++ % Kept] = ticket;
        if (ticket.LeftAt is null && ticket.State != TicketState.Withdrawn)
        {
            _seen?[ticket.Id] = ticket.Version;
        }
        else
        {
            _seen?.Remove(ticket.Id);
        }
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
                // One snapshot each is less work than all these changes.
                StartOver();
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
                        See(ticket);
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

    // Nobody's position is within what is kept any more.
    private void StartOver() => _count += Kept + 1;

    private sealed record Settings(int Capacity, bool Paused, string? PauseReason)
    {
        public static Settings Of(Kitchen kitchen) => new(kitchen.Capacity, kitchen.Paused, kitchen.PauseReason);
    }

    [LoggerMessage(301, LogLevel.Error, "The kitchen's screens can't be told of changes; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
