using System.Threading.Channels;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>A change of state, for watchers.</summary>
/// <param name="Name">The item that changed: a process, a server, "build" …</param>
/// <param name="Seconds">The duration of the previous state; 0 if there was none.</param>
/// <param name="Busy">Whether the system waits for the item.</param>
internal sealed record Change(string Name, string State, double Seconds, bool Busy);

/// <summary>Holds the state of everything that starts or stops, and sends its changes to any number of watchers.</summary>
internal sealed class ProgressNotifier
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Change Latest, long Since)> _items = [];
    private readonly List<Channel<Change>> _watchers = [];

    /// <summary>Records a new state and sends it to the watchers; while an item is busy, the system is not ready.</summary>
    public void Report(string name, string state, bool busy = false)
    {
        lock (_lock)
        {
            var seconds =
                _items.TryGetValue(name, out var before) && before.Latest.Busy ? Stopwatch.GetElapsedTime(before.Since).TotalSeconds : 0;
            var change = new Change(name, state, Math.Round(seconds, 1), busy);
            _items[name] = (change, Stopwatch.GetTimestamp());
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(change);
            }
        }

        try
        {
            Console.WriteLine($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {name}: {state}");
        }
        catch (IOException)
        {
            // The disk of the host's log is full; the current operation must continue.
        }
    }

    /// <summary>Returns a channel with the busy items, then every change, until <see cref="Unwatch"/>.</summary>
    public Channel<Change> Watch()
    {
        var channel = Channel.CreateUnbounded<Change>();
        lock (_lock)
        {
            foreach (var item in _items.Values.Where(i => i.Latest.Busy))
            {
                channel.Writer.TryWrite(item.Latest);
            }

            _watchers.Add(channel);
        }

        return channel;
    }

    /// <summary>Removes a watcher and completes its channel, which keeps the changes already written to it.</summary>
    public void Unwatch(Channel<Change> channel)
    {
        lock (_lock)
        {
            _watchers.Remove(channel);
            channel.Writer.TryComplete();
        }
    }
}
