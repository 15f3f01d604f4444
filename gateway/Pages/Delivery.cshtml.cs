using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>What a driver can take along, what is under way with them, and what is fetched at the counter.</summary>
[SignedIn(Roles.Driver)]
internal sealed class DeliveryModel(DeliveriesClient deliveries, TimeProvider time) : PizzeriaPage
{
    /// <summary>When all this was read.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>What is under way with the visitor, the oldest first.</summary>
    public IReadOnlyList<OrderResponse> Tour { get; private set; } = [];

    /// <summary>What waits for a driver, the oldest first.</summary>
    public IReadOnlyList<OrderResponse> Ready { get; private set; } = [];

    /// <summary>What waits for its customer, the oldest first.</summary>
    public IReadOnlyList<OrderResponse> Pickups { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await Load(cancellationToken) ?? Page();

    /// <summary>The visitor takes an order along.</summary>
    public async Task<IActionResult> OnPostTakeAsync(string? id, string? key, CancellationToken cancellationToken) =>
        await Tell(id, await deliveries.Take(id ?? "", MoveKey.Of(key), cancellationToken), T.NotTaken, cancellationToken);

    /// <summary>A customer has their pizzas.</summary>
    public async Task<IActionResult> OnPostDeliveredAsync(string? id, string? key, CancellationToken cancellationToken) =>
        await Tell(id, await deliveries.HandOver(id ?? "", MoveKey.Of(key), cancellationToken), T.NotHandedOver, cancellationToken);

    private async Task<IActionResult> Tell(
        string? id,
        Outcome<OrderResponse> moved,
        Func<string, Fault, string> refusal,
        CancellationToken cancellationToken
    )
    {
        if (moved.Succeeded)
        {
            return SeeOther("/delivery");
        }

        return moved.Fault.Slug is Slugs.Unauthenticated or Slugs.Forbidden
            ? Problem(moved.Fault)
            : await Load(cancellationToken) ?? Explain(refusal(OrderNumber.Of(id ?? ""), moved.Fault), Problems.StatusOf(moved.Fault.Slug));
    }

    /// <summary>Reads what the page shows.</summary>
    /// <returns>Null, or the page to be shown in place of this one.</returns>
    private async Task<IActionResult?> Load(CancellationToken cancellationToken)
    {
        var reading = (Tour: deliveries.Tour(cancellationToken), Ready: deliveries.Ready(cancellationToken));
        var outOfTheOven = await deliveries.OutOfTheOven(cancellationToken);
        var (tour, ready) = (await reading.Tour, await reading.Ready);
        if ((tour.Fault ?? ready.Fault ?? outOfTheOven.Fault) is { } fault)
        {
            return Problem(fault);
        }

        (Tour, Ready) = (tour.Value!.Items, ready.Value!.Items);
        Pickups = [.. outOfTheOven.Value!.Items.Where(order => order.Fulfilment == Fulfilment.Pickup).Reverse()];
        return null;
    }
}
