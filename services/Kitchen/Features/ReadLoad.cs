namespace MariosPizzeria.KitchenService.Features;

/// <summary>Reads how busy and how fast the kitchen is.</summary>
public sealed class ReadLoad(
    KitchenProvider kitchen,
    IRepository<Ticket> tickets,
    IRepository<ShopSettings> shops,
    KitchenOptions options,
    TimeProvider time
)
{
    // Promises for a longer queue assume that all of its tickets have as many pizzas as the first ones on average.
    private const int MaxTicketsRead = 200;

    /// <summary>Returns the current load.</summary>
    public async Task<LoadFigures> Handle(CancellationToken cancellationToken)
    {
        var current = await kitchen.FindAsync(cancellationToken);
        var cooked = await tickets.ListAsync(Collections.LastCooked(Pace.Recent), cancellationToken);
        var driven = await tickets.ListAsync(Collections.LastDelivered(Pace.Recent), cancellationToken);
        var ahead = await AheadAsync(cancellationToken);
        var shop = await shops.FindAsync(ShopSettings.SingletonId, cancellationToken);
        return new(
            current.Capacity,
            ahead.Cooking,
            ahead.Queued,
            CookingTime.MeanMinutes(cooked.Take(CookingTime.Recent)),
            Pace.Of(current.Capacity, ahead, cooked, driven, shop?.ExtraMinutes ?? 0, options.LeastMinutes)
        );
    }

    private async Task<TicketsAhead> AheadAsync(CancellationToken cancellationToken)
    {
        // Sorted in an order that the index of states supports: sorted by id, all tickets might be read to find the few that cook.
        var cooking = await tickets.ListAsync(Collections.InState(TicketState.Cooking).InDueOrder(), cancellationToken);
        var queued = await tickets.ListAsync(Collections.InState(TicketState.Queued).InDueOrder().First(MaxTicketsRead), cancellationToken);

        // An order placed ahead does not count as work until it is listed.
        var now = time.GetUtcNow();
        var due = queued.Where(ticket => ticket.ListedFrom() is not { } from || from <= now).ToList();
        var waiting = due.Count;
        if (queued.Count == MaxTicketsRead)
        {
            var all = await tickets.CountAsync(Collections.InState(TicketState.Queued), cancellationToken);
            var later = await tickets.CountAsync(Collections.NotListedAt(now), cancellationToken);
            waiting = (int)Math.Max(due.Count, all - later);
        }

        return new(
            cooking.Count,
            cooking.Sum(ticket => ticket.Pizzas()),
            waiting,
            due.Count == 0 ? 0 : due.Sum(ticket => ticket.Pizzas()) * ((double)waiting / due.Count)
        );
    }
}
