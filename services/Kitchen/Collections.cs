using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.KitchenService;

/// <summary>What the kitchen service stores, and by what it finds it.</summary>
public static class Collections
{
    /// <summary>Capacity, pause and slots: one document.</summary>
    public static readonly DocumentType<Kitchen> Kitchens = new("kitchens");

    /// <summary>The load as it was last published: one document.</summary>
    public static readonly DocumentType<KitchenLoad> Loads = new("kitchen_loads");

    // A ticket that has left the kitchen has no key, and so is in no list and no count.
    private static readonly Index<Ticket> State = new("state", ticket => ticket.LeftAt is null ? IndexKey.Of(ticket.State) : null);

    private static readonly Index<Ticket> QueuedAt = new("queued_at", ticket => IndexKey.Of(ticket.QueuedAt));

    private static readonly Index<Ticket> ReadyAt = new("ready_at", ticket => IndexKey.Of(ticket.ReadyAt));

    private static readonly Index<Ticket> LeftAt = new("left_at", ticket => IndexKey.Of(ticket.LeftAt));

    /// <summary>A ticket for each confirmed order.</summary>
    public static readonly DocumentType<Ticket> Tickets = new("tickets", State, QueuedAt, ReadyAt, LeftAt)
    {
        Compounds =
        [
            [State, QueuedAt],
        ],
    };

    /// <summary>Tickets in the kitchen that are in one of these states.</summary>
    public static Query<Ticket> InState(params IEnumerable<TicketState> states) =>
        Query<Ticket>.All.Where(State, states.Select(IndexKey.Of));

    /// <summary>The same, queued then or later; all of them where it is null.</summary>
    public static Query<Ticket> QueuedSince(this Query<Ticket> query, DateTimeOffset? from) => query.Between(QueuedAt, from, before: null);

    /// <summary>The same, the oldest first.</summary>
    public static Query<Ticket> OldestFirst(this Query<Ticket> query) => query.Ascending(QueuedAt);

    /// <summary>Tickets that cooked last.</summary>
    public static Query<Ticket> LastCooked(int count) => Query<Ticket>.All.NewestFirst(ReadyAt).First(count);

    /// <summary>Tickets that left the kitchen before a moment.</summary>
    public static Query<Ticket> LeftBefore(DateTimeOffset moment) => Query<Ticket>.All.Between(LeftAt, from: null, moment);

    /// <summary>
    /// Withdraws a ticket, or, where there is none yet, stores a withdrawn one in its place: an <c>OrderConfirmed</c> that comes
    /// later than the withdrawal then makes no ticket.
    /// </summary>
    /// <param name="tickets">Where they are.</param>
    /// <param name="orderId">Whose.</param>
    /// <param name="withdraw">The transition of one that exists.</param>
    /// <param name="cause">Who withdraws it.</param>
    /// <param name="handled">The message that leads to this, if one does.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Outcome<Ticket>> WithdrawOrBar(
        this IRepository<Ticket> tickets,
        string orderId,
        Func<Ticket, Outcome<bool>> withdraw,
        Cause cause,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var withdrawn = await tickets.Update(orderId, withdraw, handled, cancellationToken);
            if (withdrawn.Succeeded || withdrawn.Fault.Slug != Slugs.NotFound)
            {
                // A caller takes a conflict for the kitchen's refusal, and contention is none.
                return withdrawn.Fault?.Slug == Slugs.VersionConflict ? Fault.Unavailable(withdrawn.Fault.Detail) : withdrawn;
            }

            var tombstone = Ticket.Withdrawn(orderId, cause);
            if (await tickets.Add(tombstone, [], handled, cancellationToken))
            {
                return tombstone;
            }

            // The order was confirmed in this very moment: now there is a ticket to withdraw.
        }
    }
}
