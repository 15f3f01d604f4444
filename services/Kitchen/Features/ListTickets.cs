using System.ComponentModel;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>The tickets in the kitchen.</summary>
public sealed class ListTickets(IRepository<Ticket> tickets, TimeProvider time)
{
    /// <summary>The maximum number of tickets on a page.</summary>
    public const int MaxPageSize = 200;

    /// <summary>The states that a ticket in the kitchen can have.</summary>
    internal static readonly IReadOnlyList<TicketState> InKitchen = [TicketState.Queued, TicketState.Cooking, TicketState.Ready];

    /// <summary>The kitchen's tickets, in the order in which they must be started to keep every promise, page by page.</summary>
    /// <remarks>The ticket of an order that was placed for later is listed from 15 minutes before it must be started.</remarks>
    public static async Task<IResult> Get(
        [Description("queued, cooking or ready; all of them if not given.")] string? state,
        [Description("The next of the previous page.")] string? after,
        ListTickets list,
        CancellationToken cancellationToken
    ) => (await list.Handle(state, after, cancellationToken)).ToOk(answer => answer);

    /// <summary>
    /// Returns a page of the tickets in one state, or in all, in the order in which they must be started. <c>validation</c> for an unknown
    /// state, and for a position that no page returned.
    /// </summary>
    public async Task<Result<TicketsResponse>> Handle(string? state, string? after, CancellationToken cancellationToken)
    {
        TicketState? wanted = state is null ? null : PizzeriaJson.Parse<TicketState>(state);
        var position = string.IsNullOrEmpty(after) ? null : PagePosition.Parse(after);
        var errors = new ValidationErrors();
        errors.Require(state is null || (wanted is { } known && InKitchen.Contains(known)), "state", "must be queued, cooking or ready");
        errors.Require(string.IsNullOrEmpty(after) || position is not null, "after", "must be the next of the previous page");
        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        // One more than the page size is read, to tell whether there is a next page.
        var found = await ListedAsync(wanted is { } one ? [one] : InKitchen, position, MaxPageSize + 1, cancellationToken);
        var shown = found.Take(MaxPageSize).ToList();
        return new TicketsResponse(
            [.. shown.Select(TicketResponse.Of)],
            found.Count > MaxPageSize ? PositionOf(shown[^1]).ToString() : null
        );
    }

    /// <summary>Returns all tickets, for the first snapshot of a screen.</summary>
    public async Task<IReadOnlyList<TicketResponse>> AllAsync(CancellationToken cancellationToken)
    {
        var all = new List<TicketResponse>();
        string? after = null;
        do
        {
            var page = (await Handle(state: null, after, cancellationToken)).OrThrow();
            all.AddRange(page.Items);
            after = page.Next;
        } while (after is not null);

        return all;
    }

    private static PagePosition PositionOf(Ticket ticket) => new(Collections.DueKey(ticket)!, ticket.Id);

    private async Task<List<Ticket>> ListedAsync(
        IReadOnlyList<TicketState> states,
        PagePosition? after,
        int count,
        CancellationToken cancellationToken
    )
    {
        var query = Collections.InState(states).InDueOrder();
        var (now, listed) = (time.GetUtcNow(), new List<Ticket>());
        IReadOnlyList<Ticket> read;
        do
        {
            read = await tickets.ListAsync((after is null ? query : query.After(after.Key, after.Id)).First(count), cancellationToken);
            listed.AddRange(read.Where(ticket => ticket.ListedFrom() is not { } from || from <= now));
            after = read.Count > 0 ? PositionOf(read[^1]) : after;
        } while (listed.Count < count && read.Count == count);

        return listed;
    }
}
