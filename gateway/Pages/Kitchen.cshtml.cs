namespace MariosPizzeria.Gateway.Pages;

/// <summary>The kitchen's board: tickets that wait, cook and are ready, updated live.</summary>
[SignedIn(Roles.Chef)]
internal sealed class KitchenModel(
    TicketsClient tickets,
    MenuClient menus,
    MenuEditingClient menuChanges,
    ShopStatusReader shop,
    TimeProvider time
) : PizzeriaPage
{
    /// <summary>The kitchen's load.</summary>
    public StatusResponse Workload { get; private set; } = null!;

    /// <summary>The minutes that the manager adds to each promise; 0 if unknown.</summary>
    public int ExtraMinutes { get; private set; }

    /// <summary>When the data was read.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>The tickets by state, the oldest first.</summary>
    public ILookup<TicketState, TicketResponse> Tickets { get; private set; } = null!;

    /// <summary>The menu, to mark items sold out; null for a live update, and if Menu does not answer.</summary>
    public MenuResponse? Menu { get; private set; }

    /// <summary>The totals of the queued tickets; those in the oven are made already.</summary>
    public IEnumerable<Total> ToMake =>
        Tickets[TicketState.Queued]
            .SelectMany(ticket => ticket.Items)
            .GroupBy(line => line.Name, StringComparer.Ordinal)
            .Select(pizza => new Total(
                pizza.Key,
                pizza.Sum(line => line.Quantity),
                [.. pizza.GroupBy(line => line.Size).OrderBy(size => size.Key).Select(size => (size.Key, size.Sum(line => line.Quantity)))]
            ))
            .OrderByDescending(total => total.Count)
            .ThenBy(total => total.Name, StringComparer.Ordinal);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken) ?? Page();

    /// <summary>Starts a ticket.</summary>
    public async Task<IActionResult> OnPostStartAsync(string? id, string? key, CancellationToken cancellationToken) =>
        await ShowResultAsync(id, await tickets.StartAsync(id ?? "", IdempotencyFormKey.Of(key), cancellationToken), cancellationToken);

    /// <summary>Marks a ticket as ready.</summary>
    public async Task<IActionResult> OnPostReadyAsync(string? id, string? key, CancellationToken cancellationToken) =>
        await ShowResultAsync(id, await tickets.FinishAsync(id ?? "", IdempotencyFormKey.Of(key), cancellationToken), cancellationToken);

    /// <summary>Undoes a ticket's last step.</summary>
    public async Task<IActionResult> OnPostUndoAsync(string? id, string? key, CancellationToken cancellationToken) =>
        await ShowResultAsync(id, await tickets.UndoAsync(id ?? "", IdempotencyFormKey.Of(key), cancellationToken), cancellationToken);

    /// <summary>Marks a pizza sold out or available.</summary>
    public Task<IActionResult> OnPostAvailabilityAsync(string? pizza, string? available, CancellationToken cancellationToken) =>
        SetAvailabilityAsync(
            available,
            async isAvailable =>
                (await menuChanges.SetAvailabilityAsync(pizza ?? "", isAvailable, reason: null, cancellationToken)).Select(set =>
                    (set.Name, set.Available)
                ),
            cancellationToken
        );

    /// <summary>Marks a topping, and all pizzas that contain it, sold out or available.</summary>
    public Task<IActionResult> OnPostToppingAsync(string? topping, string? available, CancellationToken cancellationToken) =>
        SetAvailabilityAsync(
            available,
            async isAvailable =>
                (await menuChanges.SetToppingAvailabilityAsync(topping ?? "", isAvailable, reason: null, cancellationToken)).Select(set =>
                    (T.Topping(set.Name), set.Available)
                ),
            cancellationToken
        );

    private async Task<IActionResult> SetAvailabilityAsync(
        string? available,
        Func<bool, Task<Result<(string Name, bool IsAvailable)>>> set,
        CancellationToken cancellationToken
    )
    {
        if (available is not ("true" or "false"))
        {
            return await LoadAsync(cancellationToken) ?? Explain(T.Of(InvalidAvailability), StatusCodes.Status400BadRequest);
        }

        var changed = await set(available == "true");
        if (changed.Succeeded)
        {
            await ShowNoticeAsync(changed.Value.IsAvailable ? T.IsBackOnSale(changed.Value.Name) : T.IsSoldOutNow(changed.Value.Name));
            return SeeOther("/kitchen");
        }

        return changed.Error.Code is ErrorCodes.Unauthenticated or ErrorCodes.Forbidden
            ? Problem(changed.Error)
            : await LoadAsync(cancellationToken) ?? Explain(changed.Error);
    }

    private static Error InvalidAvailability { get; } = new(ErrorCodes.Validation, "available must be true or false");

    private async Task<IActionResult> ShowResultAsync(string? id, Result<TicketResponse> moved, CancellationToken cancellationToken)
    {
        if (moved.Succeeded)
        {
            return SeeOther("/kitchen");
        }

        return moved.Error.Code is ErrorCodes.Unauthenticated or ErrorCodes.Forbidden
            ? Problem(moved.Error)
            : await LoadAsync(cancellationToken)
                ?? Explain(T.NotMoved(NumberOf(id ?? ""), moved.Error, Workload), Problems.StatusOf(moved.Error.Code));
    }

    // The number of a ticket that is not on the page is unknown.
    private string NumberOf(string id) =>
        OrderNumber.Of(Tickets.SelectMany(some => some).FirstOrDefault(ticket => ticket.OrderId == id)?.Number, id);

    /// <summary>Loads the data of the page.</summary>
    /// <returns>Null, or the page to show instead of this one.</returns>
    private async Task<IActionResult?> LoadAsync(CancellationToken cancellationToken)
    {
        var reading = tickets.ReadStatusAsync(cancellationToken);
        var menu = PageRules.IsLive(Request) ? null : menus.ReadAsync(cancellationToken);
        var readingShop = shop.FindAsync(cancellationToken);
        var found = await tickets.ListAsync(cancellationToken);
        var workload = await reading;
        Menu = menu is null ? null : (await menu).Value;
        if (!found.Succeeded || !workload.Succeeded)
        {
            return Problem(found.Error ?? workload.Error!);
        }

        Tickets = found.Value.ToLookup(ticket => ticket.State);
        Workload = workload.Value;
        ExtraMinutes = (await readingShop)?.ExtraMinutes ?? 0;
        return null;
    }

    /// <summary>The total of one pizza in all queued tickets.</summary>
    /// <param name="Name">The name of the pizza.</param>
    /// <param name="Count">The quantity.</param>
    /// <param name="Sizes">The quantity of each size.</param>
    internal sealed record Total(string Name, int Count, IReadOnlyList<(PizzaSize Size, int Count)> Sizes);
}
