namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>Everything that the ledger compares, each item from the place where it is stored.</summary>
internal sealed record LedgerInput
{
    /// <summary>Every order that was sent, with the response that its guest got.</summary>
    public required IReadOnlyCollection<GuestOrder> Guests { get; init; }

    /// <summary>The steps that guests and staff got success responses for, by the id of the order.</summary>
    public required IReadOnlyDictionary<string, Steps> Recorded { get; init; }

    /// <summary>The number of steps back that the staff requested, by the id of the order and the kind of step.</summary>
    public required IReadOnlyDictionary<(string Id, StepBack Step), StepsBack> Back { get; init; }

    /// <summary>The statuses of orders that responses showed during the run.</summary>
    public required IReadOnlyCollection<SeenStatus> Seen { get; init; }

    public required IReadOnlyList<StoredOrder> Orders { get; init; }
    public required IReadOnlyList<StoredPayment> Payments { get; init; }
    public required IReadOnlyList<StoredNotification> Notifications { get; init; }
    public required IReadOnlyList<StoredTicket> Tickets { get; init; }

    /// <summary>The accounts in the provider's own record.</summary>
    public required IReadOnlyList<ProviderAccount> Provider { get; init; }

    /// <summary>The status of every order that the API lists to a manager, by its id.</summary>
    public required IReadOnlyDictionary<string, string> Listed { get; init; }

    public required ReportedFigures Reported { get; init; }
    public required IReadOnlyList<OutboxState> Outboxes { get; init; }

    /// <summary>The number of messages by queue, dead-letter queues included.</summary>
    public required IReadOnlyDictionary<string, long> Queues { get; init; }

    /// <summary>The documents to which a consumer applied two events, although only one is possible.</summary>
    public required IReadOnlyList<string> HandledTwice { get; init; }

    /// <summary>The ids of the orders that hold a slot of the kitchen.</summary>
    public required IReadOnlyList<string> Slots { get; init; }

    /// <summary>Redis keys without an owner or an expiry, open transactions, advisory locks.</summary>
    public required IReadOnlyList<string> Locks { get; init; }

    /// <summary>The responses that no client should get, and the number of each.</summary>
    public required IReadOnlyDictionary<string, int> Unclear { get; init; }

    /// <summary>The number of kills of each process type and server.</summary>
    public required IReadOnlyDictionary<string, int> Killed { get; init; }

    /// <summary>The minimum number of kills of each process type and server.</summary>
    public required int KillsWanted { get; init; }
}

/// <summary>The figures of the reports for all orders.</summary>
/// <param name="Active">Orders that are neither delivered nor cancelled.</param>
/// <param name="Pizzas">The number of each pizza that was sold.</param>
/// <param name="Guests">The number of orders that are not cancelled, and their sum, by customer.</param>
internal sealed record ReportedFigures(
    int Orders,
    int Delivered,
    int Cancelled,
    decimal Revenue,
    int Active,
    IReadOnlyDictionary<string, int> Pizzas,
    IReadOnlyDictionary<string, (int Orders, decimal Revenue)> Guests
);
