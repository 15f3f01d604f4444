using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>The orders that a driver can take, those on the driver's tour, and those to be picked up at the counter.</summary>
[SignedIn(Roles.Driver)]
internal sealed class DeliveryModel(DeliveriesClient deliveries, TimeProvider time) : PizzeriaPage
{
    /// <summary>When the data was read.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>The orders on the visitor's tour, the most urgent and then the nearest first.</summary>
    public IReadOnlyList<OrderResponse> Tour { get; private set; } = [];

    /// <summary>The orders that wait for a driver, in the same sequence.</summary>
    public IReadOnlyList<OrderResponse> Ready { get; private set; } = [];

    /// <summary>The orders that wait to be picked up, the oldest first.</summary>
    public IReadOnlyList<OrderResponse> Pickups { get; private set; } = [];

    /// <summary>The orders that the visitor delivered on the current business day, the newest first.</summary>
    public IReadOnlyList<OrderResponse> Delivered { get; private set; } = [];

    /// <summary>The cash that the visitor collected for the delivered orders.</summary>
    public Money CashToHandIn { get; private set; }

    /// <summary>Whether the handover of an order can still be undone.</summary>
    public bool MayBeUndone(OrderResponse order) => Now - order.DeliveredAt <= Undo.LongestAfter;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken) ?? Page();

    /// <summary>Takes an order along on the visitor's tour.</summary>
    public async Task<IActionResult> OnPostTakeAsync(string? id, string? key, CancellationToken cancellationToken) =>
        await ShowResultAsync(
            id,
            await deliveries.TakeAsync(id ?? "", IdempotencyFormKey.Of(key), cancellationToken),
            T.NotTaken,
            cancellationToken
        );

    /// <summary>Marks an order as delivered.</summary>
    public async Task<IActionResult> OnPostDeliveredAsync(string? id, string? key, CancellationToken cancellationToken) =>
        await ShowResultAsync(
            id,
            await deliveries.HandOverAsync(id ?? "", IdempotencyFormKey.Of(key), cancellationToken),
            T.NotHandedOver,
            cancellationToken
        );

    /// <summary>Undoes a handover.</summary>
    public async Task<IActionResult> OnPostUndoAsync(string? id, string? key, CancellationToken cancellationToken) =>
        await ShowResultAsync(
            id,
            await deliveries.UndoAsync(id ?? "", IdempotencyFormKey.Of(key), cancellationToken),
            T.NotUndone,
            cancellationToken
        );

    /// <summary>Reports a failed delivery, with one of the reasons on the page.</summary>
    public async Task<IActionResult> OnPostFailedAsync(string? id, string? key, string? reason, CancellationToken cancellationToken) =>
        await ShowResultAsync(
            id,
            await deliveries.FailAsync(
                id ?? "",
                Texts.DeliveryFailures.FirstOrDefault(known => known == reason) ?? "",
                IdempotencyFormKey.Of(key),
                cancellationToken
            ),
            T.NotBroughtBack,
            cancellationToken
        );

    private async Task<IActionResult> ShowResultAsync(
        string? id,
        Result<OrderResponse> moved,
        Func<string, Error, string> refusal,
        CancellationToken cancellationToken
    )
    {
        if (moved.Succeeded)
        {
            return SeeOther("/delivery");
        }

        return moved.Error.Code is ErrorCodes.Unauthenticated or ErrorCodes.Forbidden
            ? Problem(moved.Error)
            : await LoadAsync(cancellationToken) ?? Explain(refusal(NumberOf(id ?? ""), moved.Error), Problems.StatusOf(moved.Error.Code));
    }

    // The number of an order that is not on the page is unknown.
    private string NumberOf(string id) =>
        OrderNumber.Of(Tour.Concat(Ready).Concat(Pickups).FirstOrDefault(order => order.Id == id)?.Number, id);

    /// <summary>Loads the data of the page.</summary>
    /// <returns>Null, or the page to show instead of this one.</returns>
    private async Task<IActionResult?> LoadAsync(CancellationToken cancellationToken)
    {
        var reading = (Tour: deliveries.TourAsync(cancellationToken), Ready: deliveries.ReadyAsync(cancellationToken));
        var outOfTheOven = await deliveries.ListReadyAsync(cancellationToken);
        var (tour, ready) = (await reading.Tour, await reading.Ready);
        if ((tour.Error ?? ready.Error ?? outOfTheOven.Error) is { } fault)
        {
            return Problem(fault);
        }

        (Tour, Ready) = (tour.Value!.Items, ready.Value!.Items);
        (Delivered, CashToHandIn) = (tour.Value.Delivered ?? [], tour.Value.CashToHandIn);
        Pickups = [.. outOfTheOven.Value!.Items.Where(order => order.Fulfilment == Fulfilment.Pickup).Reverse()];
        return null;
    }
}
