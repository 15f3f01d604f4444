using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Simulation.Scheduling;

namespace MariosPizzeria.Simulation.Stores;

/// <summary>
/// Gives events ids that depend on the seed. The product makes event ids at random when it creates an event. No code reads them before
/// they are stored, so they are replaced when they are stored.
/// </summary>
internal sealed class Ids(ulong seed)
{
    private readonly Dictionary<Guid, Guid> _names = [];
    private readonly long _now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>Returns the events with replaced ids, and replaces the same ids in the document.</summary>
    public IReadOnlyList<Event> Rename(IDocument document, IReadOnlyList<Event> events)
    {
        if (document is Order order)
        {
            for (var i = 0; i < order.History.Count; i++)
            {
                if (IsRandom(order.History[i].Id))
                {
                    order.History[i] = order.History[i] with { Id = NameOf(order.History[i].Id) };
                }
            }
        }

        return events.Count == 0 ? events : [.. events.Select(e => IsRandom(e.EventId) ? e with { EventId = NameOf(e.EventId) } : e)];
    }

    /// <summary>Shortens an id for the log.</summary>
    public static string Short(string id) => id.Length >= 32 ? id[..6] + id[32..] : id;

    private Guid NameOf(Guid id)
    {
        if (!_names.TryGetValue(id, out var name))
        {
            _names[id] = name = SeededRandom.ToId(SeededRandom.Mix(seed, (ulong)_names.Count + 1000));
        }

        return name;
    }

    // An id of version 7 contains its creation time. An id that is derived from other data could have this version, but not a current time.
    private bool IsRandom(Guid id)
    {
        if (id.Version != 7)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = 0L;
        for (var i = 0; i < 6; i++)
        {
            milliseconds = (milliseconds << 8) | bytes[i];
        }

        return Math.Abs(milliseconds - _now) < (long)TimeSpan.FromDays(1).TotalMilliseconds;
    }
}

/// <summary>The ids and random numbers of one process.</summary>
internal sealed class SimulatedRandomSource(World.World world, SimulatedProcess process) : ServiceDefaults.Hosting.RandomSource
{
    private readonly SeededRandom _random = new(
        SeededRandom.Mix(world.Seed, SeededRandom.Mix(SeededRandom.Hash(process.Name), (ulong)process.Life))
    );

    public override Guid NextId() => SeededRandom.ToId(_random.Next());

    public override double NextDouble() => _random.NextDouble();
}
