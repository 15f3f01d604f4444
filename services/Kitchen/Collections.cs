namespace MariosPizzeria.KitchenService;

/// <summary>The documents that the kitchen service stores, and their indexes.</summary>
public static class Collections
{
    /// <summary>Capacity, pause and slots: one document.</summary>
    public static readonly DocumentType<Kitchen> Kitchens = new("kitchens");

    /// <summary>The load that was last published: one document.</summary>
    public static readonly DocumentType<KitchenLoad> Loads = new("kitchen_loads");

    /// <summary>Opening hours and extra minutes: one document.</summary>
    public static readonly DocumentType<ShopSettings> Shops = new("shops");

    private static readonly DocumentIndex<TimeSlot> SlotAt = new("at", slot => IndexKey.Of(slot.At));

    /// <summary>Quarters of an hour for which orders were placed ahead.</summary>
    public static readonly DocumentType<TimeSlot> TimeSlots = new("time_slots", SlotAt);

    // A ticket that has left the kitchen has no key, so it is in no list and no count.
    private static readonly DocumentIndex<Ticket> State = new("state", ticket => ticket.LeftAt is null ? IndexKey.Of(ticket.State) : null)
    {
        HasOwnIndex = false,
    };

    // Stored under the name of the key that it replaced: a ticket of an earlier release has the time at which it was queued there, so it is
    // found, before those that are due later. It is queried together with a state: an index of its own would cost one more write for each
    // step of a ticket, and would be the wrong one for a state with few tickets.
    private static readonly DocumentIndex<Ticket> DueAt = new("queued_at", DueKey) { HasOwnIndex = false };

    private static readonly DocumentIndex<Ticket> ReadyAt = new("ready_at", ticket => IndexKey.Of(ticket.ReadyAt));

    private static readonly DocumentIndex<Ticket> ArrivedAt = new("arrived_at", ticket => IndexKey.Of(ticket.ArrivedAt));

    private static readonly DocumentIndex<Ticket> LeftAt = new("left_at", ticket => IndexKey.Of(ticket.LeftAt));

    private static readonly DocumentIndex<Ticket> ListedFrom = new("listed_from", ticket => IndexKey.Of(ticket.ListedFrom()));

    /// <summary>A ticket for each confirmed order.</summary>
    public static readonly DocumentType<Ticket> Tickets = new("tickets", State, DueAt, ReadyAt, ArrivedAt, LeftAt, ListedFrom)
    {
        CompoundIndexes =
        [
            [State, DueAt],
        ],
    };

    /// <summary>Tickets in the kitchen that are in one of these states.</summary>
    public static Query<Ticket> InState(params IEnumerable<TicketState> states) =>
        Query<Ticket>.All.Where(State, states.Select(IndexKey.Of));

    /// <summary>Sorts tickets in the order in which they must be started.</summary>
    public static Query<Ticket> InDueOrder(this Query<Ticket> query) => query.Ascending(DueAt);

    /// <summary>Returns the key by which tickets are sorted in that order.</summary>
    public static string? DueKey(Ticket ticket) => IndexKey.Of(ticket.DueStartAt ?? ticket.QueuedAt);

    /// <summary>Tickets of orders placed ahead that are not listed yet.</summary>
    public static Query<Ticket> NotListedAt(DateTimeOffset now) => Query<Ticket>.All.Between(ListedFrom, now, before: null);

    /// <summary>The tickets that were cooked last.</summary>
    public static Query<Ticket> LastCooked(int count) => Query<Ticket>.All.NewestFirst(ReadyAt).First(count);

    /// <summary>The tickets that drivers delivered last.</summary>
    public static Query<Ticket> LastDelivered(int count) => Query<Ticket>.All.NewestFirst(ArrivedAt).First(count);

    /// <summary>Tickets that left the kitchen before a moment.</summary>
    public static Query<Ticket> LeftBefore(DateTimeOffset moment) => Query<Ticket>.All.Between(LeftAt, from: null, moment);

    /// <summary>Slots from one instant until before another.</summary>
    public static Query<TimeSlot> SlotsBetween(DateTimeOffset? from, DateTimeOffset before) =>
        Query<TimeSlot>.All.Between(SlotAt, from, before);

    /// <summary>
    /// Withdraws a ticket, or stores a withdrawn one if there is none yet: an <c>OrderConfirmed</c> that arrives after the withdrawal then
    /// creates no ticket.
    /// </summary>
    /// <param name="withdraw">The transition of an existing ticket.</param>
    /// <param name="handled">The message that is being handled, if there is one.</param>
    public static async Task<Result<Ticket>> WithdrawOrBarAsync(
        this IRepository<Ticket> tickets,
        string orderId,
        Func<Ticket, Result<bool>> withdraw,
        Cause cause,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var withdrawn = await tickets.UpdateAsync(orderId, withdraw, handled, cancellationToken);
            if (withdrawn.Succeeded || withdrawn.Error.Code != ErrorCodes.NotFound)
            {
                // Callers interpret a conflict as the kitchen's refusal; contention is not a refusal.
                return withdrawn.Error?.Code == ErrorCodes.VersionConflict ? Error.Unavailable(withdrawn.Error.Detail) : withdrawn;
            }

            var tombstone = Ticket.Withdrawn(orderId, cause);
            if (await tickets.AddAsync(tombstone, [], handled, cancellationToken))
            {
                return tombstone;
            }

            // The order was confirmed concurrently, so there is a ticket to withdraw.
        }
    }
}
