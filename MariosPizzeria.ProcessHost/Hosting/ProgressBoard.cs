using System.Diagnostics;
using System.Threading.Channels;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>Something that happened, for whoever watches.</summary>
/// <param name="Name">What it happened to: a process, a server, "build" …</param>
/// <param name="State">What it is now.</param>
/// <param name="Seconds">How long the state before it lasted; 0 when there was none.</param>
/// <param name="Busy">Whether it is waited for.</param>
internal sealed record Change(string Name, string State, double Seconds, bool Busy);

/// <summary>The state of everything that starts or stops, and its changes to any number of watchers.</summary>
internal sealed class ProgressBoard
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Change Latest, long Since)> _items = new(StringComparer.Ordinal);
    private readonly List<Channel<Change>> _watchers = [];

    /// <summary>Says what something is doing now.</summary>
    /// <param name="name">What.</param>
    /// <param name="state">Its state, in a word or two.</param>
    /// <param name="busy">True while the system is not ready because of it.</param>
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
            // The disk of the host's log is full. What is being done must go on all the same.
        }
    }

    /// <summary>What is busy now, then every change, until <see cref="Unwatch"/>.</summary>
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

    /// <summary>Ends the channel after what was already written to it.</summary>
    public void Unwatch(Channel<Change> channel)
    {
        lock (_lock)
        {
            _watchers.Remove(channel);
            channel.Writer.TryComplete();
        }
    }
}
