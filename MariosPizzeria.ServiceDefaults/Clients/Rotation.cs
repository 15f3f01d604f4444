using System.Collections.Concurrent;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>
/// The addresses of replicas, each in its turn. One that refused a connection is passed over for <see cref="Rest"/>, unless all did:
/// a refusal costs a call milliseconds, and a replica that is being started refuses many.
/// </summary>
public sealed class Rotation(IReadOnlyList<Uri> addresses, TimeProvider time)
{
    /// <summary>How long a replica that refused is left alone.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Uri, long> _refusedAt = new();
    private int _turn = Random.Shared.Next(addresses.Count);

    /// <summary>How many there are.</summary>
    public int Count => addresses.Count;

    /// <summary>The next that did not refuse lately; where all did, the next.</summary>
    public Uri Next()
    {
        var address = Turn();
        for (var passed = 0; Rests(address) && passed < addresses.Count; passed++)
        {
            address = Turn();
        }

        return address;
    }

    /// <summary>Notes that a replica refused.</summary>
    public void Refused(Uri address) => _refusedAt[address] = time.GetTimestamp();

    private Uri Turn() => addresses[(int)((uint)Interlocked.Increment(ref _turn) % (uint)addresses.Count)];

    private bool Rests(Uri address) => _refusedAt.TryGetValue(address, out var refusedAt) && time.GetElapsedTime(refusedAt) < Rest;
}
