namespace MariosPizzeria.Gateway.Web;

/// <summary>The health of all processes as a whole, which the System page shows at the top.</summary>
/// <param name="Replicas">The state of every replica.</param>
internal sealed record SystemHealth(IReadOnlyList<ReplicaState> Replicas)
{
    private const string WarmUp = "warm-up";

    // Checks of the process's own startup and shutdown, not of backing services.
    private static readonly string[] OwnChecks = ["drain", WarmUp];

    /// <summary>The number of running processes, and the number of expected ones.</summary>
    public (int Running, int All) Processes
    {
        get
        {
            var there = Replicas.Count(replica => replica.Status != ReplicaStatus.Nobody);
            return (Replicas.Count(replica => replica.Status is ReplicaStatus.Ready or ReplicaStatus.Degraded), there + NotThere.Count);
        }
    }

    /// <summary>
    /// Expected processes that are not running. If a service has several addresses, the last one is reserved for a spare replica while a
    /// process is replaced, so it is not expected to run; if no replica of the service runs, the others are reported.
    /// </summary>
    public IReadOnlyList<ReplicaAddress> NotThere =>
        [
            .. Replicas
                .GroupBy(state => state.Replica.Service, StringComparer.Ordinal)
                .SelectMany(service => service.Count() == 1 ? service : service.SkipLast(1))
                .Where(state => state.Status == ReplicaStatus.Nobody)
                .Select(state => state.Replica),
        ];

    /// <summary>Processes that run but do not answer, or are not ready for a reason other than a backing service.</summary>
    public IReadOnlyList<ReplicaState> Unwell =>
        [
            .. Replicas.Where(state =>
                state.Status == ReplicaStatus.Unreachable
                || (state.Status == ReplicaStatus.NotReady && !IsStarting(state) && !FailedChecks(state).Any())
            ),
        ];

    /// <summary>Processes that are starting. Their failed checks are ignored, because they may not have connected yet.</summary>
    public IReadOnlyList<ReplicaState> Starting => [.. Replicas.Where(IsStarting)];

    /// <summary>Backing services that do not answer, with the process types that need them.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<string> For)> Missing =>
        [
            .. Replicas
                .Where(state => !IsStarting(state))
                .SelectMany(state => FailedChecks(state).Select(name => (Name: name, state.Replica.Service)))
                .GroupBy(each => each.Name, each => each.Service, StringComparer.Ordinal)
                .Select(each => (each.Key, (IReadOnlyList<string>)[.. each.Distinct(StringComparer.Ordinal)])),
        ];

    /// <summary>Whether no process and no backing service is down.</summary>
    public bool IsWell => NotThere.Count == 0 && Unwell.Count == 0 && Missing.Count == 0;

    /// <summary>Whether a replica's address is reserved for a spare replica and not in use.</summary>
    public bool IsSpare(ReplicaState state) => state.Status == ReplicaStatus.Nobody && !NotThere.Contains(state.Replica);

    // The warm-up has a timeout, so a process does not stay in this state.
    private static bool IsStarting(ReplicaState state) => state.Checks.TryGetValue(WarmUp, out var status) && status != ReplicaStatus.Ready;

    private static IEnumerable<string> FailedChecks(ReplicaState state) =>
        state
            .Checks.Where(check => check.Value != ReplicaStatus.Ready && !OwnChecks.Contains(check.Key))
            .Select(check => check.Key)
            .Order(StringComparer.Ordinal);
}
