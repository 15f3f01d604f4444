using System.Runtime.InteropServices;

namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>
/// The targets to kill, in an order that a seed determines: each process type and each server equally often, with the kills of a type
/// spread evenly over its replicas. After that, any target. A target that does not run is not replaced by another one: while processes
/// wait for a server, only servers run, and they would be killed again and again.
/// </summary>
internal sealed class KillPlan
{
    private readonly Random _random;
    private readonly IReadOnlyList<string> _everybody;
    private readonly List<string> _planned;
    private readonly SortedDictionary<string, int> _killed;

    /// <summary>Creates a plan.</summary>
    /// <param name="replicas">The number of replicas, by process type.</param>
    /// <param name="kills">The minimum number of kills of each type and each server.</param>
    /// <param name="random">Determines the order.</param>
    public KillPlan(IReadOnlyDictionary<string, int> replicas, IReadOnlyList<string> servers, int kills, Random random)
    {
        _random = random;
        string[] types = [.. replicas.Keys.Order(StringComparer.Ordinal)];
        _everybody = [.. types.SelectMany(type => Enumerable.Range(0, replicas[type]).Select(n => $"{type}/{n}")), .. servers];
        _killed = new(types.Concat(servers).ToDictionary(name => name, _ => 0), StringComparer.Ordinal);
        _planned =
        [
            .. types.SelectMany(type => InTurn(type, replicas[type], kills)),
            .. servers.SelectMany(server => Enumerable.Repeat(server, kills)),
        ];
        random.Shuffle(CollectionsMarshal.AsSpan(_planned));
    }

    /// <summary>Whether all planned kills are done.</summary>
    public bool IsDone => _planned.Count == 0;

    /// <summary>The number of kills of each process type and each server.</summary>
    public IReadOnlyDictionary<string, int> Killed => _killed;

    /// <summary>Returns the target to kill next: a replica, such as <c>order/2</c>, or a server.</summary>
    public string Next() => IsDone ? _everybody[_random.Next(_everybody.Count)] : _planned[0];

    /// <summary>Records that a target was killed.</summary>
    public void RecordKill(string target)
    {
        _planned.Remove(target);
        _killed[target.Split('/')[0]]++;
    }

    /// <summary>Postpones a target that does not run.</summary>
    public void Skip(string target)
    {
        if (_planned.Remove(target))
        {
            _planned.Insert(_random.Next(_planned.Count + 1), target);
        }
    }

    private IEnumerable<string> InTurn(string type, int replicas, int kills)
    {
        int[] order = [.. Enumerable.Range(0, replicas)];
        _random.Shuffle(order);
        return Enumerable.Range(0, kills).Select(n => $"{type}/{order[n % replicas]}");
    }
}
