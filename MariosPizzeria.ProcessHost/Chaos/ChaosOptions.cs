namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>The options of a chaos run.</summary>
/// <param name="Orders">The minimum number of orders; there are more if the kills take longer.</param>
/// <param name="Every">The mean time between two kills.</param>
/// <param name="Kills">The minimum number of kills of each process type and each server.</param>
/// <param name="Seed">Determines what is ordered, which process or server is killed next, and when.</param>
/// <param name="Keep">Whether the state folder is kept even if no fault is found.</param>
internal sealed record ChaosOptions(int Orders, TimeSpan Every, int Kills, int Seed, bool Keep = false);

/// <summary>The result of a chaos run.</summary>
/// <param name="Seed">The seed, with which the run can be repeated.</param>
/// <param name="Orders">The number of orders that were sent.</param>
/// <param name="Kills">The number of kills, by the name of the process type or server.</param>
/// <param name="Durations">The duration of each phase.</param>
/// <param name="Gateways">Accepted orders by the address they were sent to.</param>
/// <param name="Ledger">The expected and the actual state.</param>
/// <param name="ExitCode">0 if every row of the ledger is right, otherwise 1.</param>
internal sealed record ChaosResult(
    int Seed,
    int Orders,
    IReadOnlyDictionary<string, int> Kills,
    ChaosDurations Durations,
    IReadOnlyDictionary<string, int> Gateways,
    IReadOnlyList<LedgerRow> Ledger,
    int ExitCode
);

/// <summary>The duration of each phase, in seconds.</summary>
/// <param name="Start">Until the system was ready.</param>
/// <param name="Load">While orders were placed and processes killed.</param>
/// <param name="Convergence">From the last kill until every order was finished and the ledger was right, or until the timeout.</param>
internal sealed record ChaosDurations(double Start, double Load, double Convergence);
