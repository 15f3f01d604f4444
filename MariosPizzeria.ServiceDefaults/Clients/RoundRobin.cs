using System.Collections.Concurrent;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>
/// The addresses of replicas, used in turn. A replica that refused a connection is skipped for <see cref="SuspensionTime"/>, unless all
/// did: a refusal costs a call milliseconds, and a replica that is starting refuses many.
/// </summary>
public sealed class RoundRobin(IReadOnlyList<Uri> addresses, TimeProvider time)
{
    /// <summary>How long a replica is skipped after it refused a connection.</summary>
    public static readonly TimeSpan SuspensionTime = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Uri, long> _refusedAt = new();
    private int _turn = Random.Shared.Next(addresses.Count);

    /// <summary>The number of replicas.</summary>
    public int Count => addresses.Count;

    /// <summary>Returns the next replica that did not refuse recently; if all did, the next one.</summary>
    public Uri Next()
    {
        var address = NextIndex();
        for (var passed = 0; IsSuspended(address) && passed < addresses.Count; passed++)
        {
            address = NextIndex();
        }

        return address;
    }

    /// <summary>Records that a replica refused a connection.</summary>
    public void MarkRefused(Uri address) => _refusedAt[address] = time.GetTimestamp();

    private Uri NextIndex() => addresses[(int)((uint)Interlocked.Increment(ref _turn) % (uint)addresses.Count)];

    private bool IsSuspended(Uri address) =>
        _refusedAt.TryGetValue(address, out var refusedAt) && time.GetElapsedTime(refusedAt) < SuspensionTime;
}
