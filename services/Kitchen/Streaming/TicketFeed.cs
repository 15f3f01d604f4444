using MariosPizzeria.BuildingBlocks.Streaming;
using MariosPizzeria.KitchenService.Features;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.KitchenService.Streaming;

/// <summary>
/// The latest changes of tickets, for all viewers of this process: there is one subscription, one read for each change and not for each
/// viewer, and no queue for each viewer. A viewer who is behind by more changes than are kept must start again with a snapshot; so must all
/// viewers when the kitchen is paused, opened, or given another capacity. Hints may be lost, so the tickets in the kitchen are read
/// periodically, once for all viewers, and compared with the versions that the viewers have seen.
/// </summary>
public sealed partial class TicketFeed(
    ChangeHints<Ticket> hints,
    ChangeHints<Kitchen> kitchenHints,
    IRepository<Ticket> tickets,
    KitchenProvider kitchen,
    TimeProvider time,
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
    private readonly AsyncSignal _touched = new();
    private readonly AsyncSignal _read = new();

    // The versions that viewers have seen of the tickets in the kitchen; null without viewers.
    private Dictionary<string, long>? _seen;
    private bool _sweepIsDue;
    private long _count;
    private int _viewers;
    private Settings? _settings;
    private bool _settingsAreStale;

    /// <summary>Completes at the next change in the kitchen.</summary>
    public Task NextTouch => _touched.Next;

    /// <summary>Completes when the next changes can be read with <see cref="After"/>.</summary>
    public Task NextRead => _read.Next;

    /// <summary>Adds a viewer. Changes are read only while there are viewers.</summary>
    /// <returns>The viewer's position, for <see cref="After"/>.</returns>
    public async Task<long> EnterAsync(CancellationToken cancellationToken)
    {
        // The viewer is counted first: otherwise a hint that arrives during the reads below would be dropped, and a change that is undone
        // later would not be noticed. These reads happen before the viewer's snapshot is read: a change that the snapshot lacks is then a
        // difference to them.
        lock (_gate)
        {
            _viewers++;
        }

        try
        {
            var settings = Settings.Of(await kitchen.FindAsync(cancellationToken));
            var seen = _seen is null ? Versions(await InKitchenAsync(cancellationToken)) : null;
            lock (_gate)
            {
                _settings ??= settings;

                // If the last viewer left concurrently, the next sweep reports too many changes rather than too few.
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

    /// <summary>Removes a viewer.</summary>
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

    /// <summary>
    /// Returns the changes after a position, in order; null if there are more than are kept, so that the viewer needs a snapshot.
    /// </summary>
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(
            hints.FollowAsync(OnHint, OnSweep, stoppingToken),
            kitchenHints.FollowAsync(OnKitchenHint, () => OnKitchenHint(""), stoppingToken),
            ReadAsync(stoppingToken)
        );
    }

    private async Task ReadAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var touched = NextTouch;
            await Insist(ReadStaleSettingsAsync);
            await Insist(SweepAsync);
            await Insist(ReadStaleAsync);
            await touched.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(BetweenReads, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task Insist(Func<CancellationToken, Task> read) =>
            RetryLoop.RetryUntilDoneAsync(read, e => LogFailed(logger, e), PauseAfterFailure, stoppingToken);
    }

    private void OnSweep()
    {
        lock (_gate)
        {
            _sweepIsDue = _viewers > 0;
        }

        _touched.Set();
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

        _touched.Set();
    }

    // Every start and every finish also changes the kitchen, because it changes the slots.
    private void OnKitchenHint(string id)
    {
        lock (_gate)
        {
            _settingsAreStale = _viewers > 0;
        }

        _touched.Set();
    }

    private async Task ReadStaleSettingsAsync(CancellationToken stoppingToken)
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
            settings = Settings.Of(await kitchen.FindAsync(stoppingToken));
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

        _read.Set();
    }

    // Marks as stale the tickets that changed without a hint: those with another version, new ones, and those that have left.
    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        lock (_gate)
        {
            if (!_sweepIsDue)
            {
                return;
            }
        }

        var stored = Versions(await InKitchenAsync(stoppingToken));
        lock (_gate)
        {
            _sweepIsDue = false;
            if (_seen is not null)
            {
                _stale.UnionWith(stored.Where(ticket => _seen.GetValueOrDefault(ticket.Key) < ticket.Value).Select(ticket => ticket.Key));
                _stale.UnionWith(_seen.Keys.Where(id => !stored.ContainsKey(id)));

                // Viewers get these changes next: one by one, or in a snapshot.
                _seen = stored;
            }
        }
    }

    private async Task<IEnumerable<Ticket>> InKitchenAsync(CancellationToken cancellationToken) =>
        (await tickets.ListAsync(Collections.InState(ListTickets.InKitchen), cancellationToken)).Where(IsListed);

    private bool IsListed(Ticket ticket) => ticket.ListedFrom() is not { } from || from <= time.GetUtcNow();

    private static Dictionary<string, long> Versions(IEnumerable<Ticket> found) =>
        found.ToDictionary(ticket => ticket.Id, ticket => ticket.Version, StringComparer.Ordinal);

    private void See(Ticket ticket)
    {
        if (!IsListed(ticket))
        {
            // A sweep finds it when it is listed.
            return;
        }

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

    private async Task ReadStaleAsync(CancellationToken stoppingToken)
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
                // One snapshot for each viewer costs less than all these changes.
                StartOver();
                stale = [];
            }
        }

        try
        {
            foreach (var orderId in stale)
            {
                if (await tickets.FindAsync(orderId, stoppingToken) is { } ticket)
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
            _read.Set();
        }
    }

    // Moves the count so far that no viewer's position is within the kept changes.
    private void StartOver() => _count += Kept + 1;

    // The version is compared, too: a pause that ended before it was read may be in a viewer's snapshot or page.
    private sealed record Settings(long Version, int Capacity, bool Paused, string? PauseReason)
    {
        public static Settings Of(Kitchen kitchen) => new(kitchen.SettingsVersion, kitchen.Capacity, kitchen.Paused, kitchen.PauseReason);
    }

    [LoggerMessage(301, LogLevel.Error, "Changes for the kitchen's streams could not be read; retrying")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
