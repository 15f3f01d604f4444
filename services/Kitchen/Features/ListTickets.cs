using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>The tickets in the kitchen.</summary>
public sealed class ListTickets(IRepository<Ticket> tickets)
{
    /// <summary>How many tickets a page has at most.</summary>
    public const int MostOnAPage = 200;

    /// <summary>The states that a ticket in the kitchen can have.</summary>
    internal static readonly IReadOnlyList<TicketState> InKitchen = [TicketState.Queued, TicketState.Cooking, TicketState.Ready];

    /// <summary>GET /api/kitchen/tickets?state=&amp;after=.</summary>
    public static async Task<IResult> Get(string? state, string? after, ListTickets list, CancellationToken cancellationToken) =>
        (await list.Handle(state, after, cancellationToken)).ToOk(answer => answer);

    /// <summary>
    /// A page of those in one state, or of all; the oldest first. <c>validation</c> for a state that there is not, and for a position
    /// that no page gave.
    /// </summary>
    public async Task<Outcome<TicketsResponse>> Handle(string? state, string? after, CancellationToken cancellationToken)
    {
        TicketState? wanted = state is null ? null : PizzeriaJson.Parse<TicketState>(state);
        var position = string.IsNullOrEmpty(after) ? null : PagePosition.Parse(after);
        DateTimeOffset? from = position is null ? null : MomentOf(position);
        var errors = new ValidationErrors();
        errors.Require(state is null || (wanted is { } known && InKitchen.Contains(known)), "state", "is queued, cooking or ready");
        errors.Require(string.IsNullOrEmpty(after) || from is not null, "after", "is the next of the page before");
        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        var found = await Page(wanted is { } one ? [one] : InKitchen, from, position, cancellationToken);
        var shown = found.Take(MostOnAPage).ToList();
        return new TicketsResponse(
            [.. shown.Select(TicketResponse.Of)],
            found.Count > MostOnAPage ? new PagePosition(KeyOf(shown[^1]), shown[^1].Id).ToString() : null
        );
    }

    /// <summary>All of them, for the screen that begins.</summary>
    public async Task<IReadOnlyList<TicketResponse>> All(CancellationToken cancellationToken)
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

    // One more than the page shows. Those of the position's own moment are read again, and left out by their ids.
    private async Task<List<Ticket>> Page(
        IReadOnlyList<TicketState> states,
        DateTimeOffset? from,
        PagePosition? position,
        CancellationToken cancellationToken
    )
    {
        var query = Collections.InState(states).QueuedSince(from).OldestFirst();
        var page = new List<Ticket>();
        IReadOnlyList<Ticket> read;
        var number = 1;
        do
        {
            read = await tickets.List(query.Page(number++, MostOnAPage + 1), cancellationToken);
            page.AddRange(read.Where(ticket => position?.IsBefore(KeyOf(ticket), ticket.Id) is not false));
        } while (page.Count <= MostOnAPage && read.Count > MostOnAPage);

        return page;
    }

    private static string KeyOf(Ticket ticket) => IndexKey.Of(ticket.QueuedAt)!;

    private static DateTimeOffset? MomentOf(PagePosition position) =>
        DateTimeOffset.TryParseExact(
            position.Key,
            IndexKey.MomentFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var moment
        )
            ? moment
            : null;
}
