using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>What is to be made, what is in the oven and what is ready, as it happens.</summary>
[SignedIn(Roles.Chef)]
internal sealed class KitchenModel(TicketsClient tickets, TimeProvider time) : PizzeriaPage
{
    /// <summary>How busy the kitchen is.</summary>
    public StatusResponse Workload { get; private set; } = null!;

    /// <summary>When all this was read.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>What is in the kitchen, by how far it is, the oldest first.</summary>
    public ILookup<TicketState, TicketResponse> Tickets { get; private set; } = null!;

    /// <summary>The columns, in the order in which a ticket goes through them.</summary>
    public IReadOnlyList<TicketState> Columns { get; } = [TicketState.Queued, TicketState.Cooking, TicketState.Ready];

    /// <summary>What the tickets that wait come to; what is in the oven is made already.</summary>
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

    /// <summary>Shows the kitchen.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await Load(cancellationToken) ?? Page();

    /// <summary>A ticket goes into the oven.</summary>
    public async Task<IActionResult> OnPostStartAsync(string? id, string? key, CancellationToken cancellationToken) =>
        await Tell(id, await tickets.Start(id ?? "", MoveKey.Of(key), cancellationToken), cancellationToken);

    /// <summary>A ticket comes out of it.</summary>
    public async Task<IActionResult> OnPostReadyAsync(string? id, string? key, CancellationToken cancellationToken) =>
        await Tell(id, await tickets.Finish(id ?? "", MoveKey.Of(key), cancellationToken), cancellationToken);

    private async Task<IActionResult> Tell(string? id, Outcome<TicketResponse> moved, CancellationToken cancellationToken)
    {
        if (moved.Succeeded)
        {
            return SeeOther("/kitchen");
        }

        return moved.Fault.Slug is Slugs.Unauthenticated or Slugs.Forbidden
            ? Problem(moved.Fault)
            : await Load(cancellationToken)
                ?? Explain(T.NotMoved(OrderNumber.Of(id ?? ""), moved.Fault, Workload), Problems.StatusOf(moved.Fault.Slug));
    }

    /// <summary>Reads what the page shows.</summary>
    /// <returns>Null, or the page to be shown in place of this one.</returns>
    private async Task<IActionResult?> Load(CancellationToken cancellationToken)
    {
        var reading = tickets.Workload(cancellationToken);
        var found = await tickets.InKitchen(cancellationToken);
        var workload = await reading;
        if (!found.Succeeded || !workload.Succeeded)
        {
            return Problem(found.Fault ?? workload.Fault!);
        }

        Tickets = found.Value.ToLookup(ticket => ticket.State);
        Workload = workload.Value;
        return null;
    }

    /// <summary>What all waiting tickets together want of one pizza.</summary>
    /// <param name="Name">The pizza.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Sizes">How many of each size.</param>
    internal sealed record Total(string Name, int Count, IReadOnlyList<(PizzaSize Size, int Count)> Sizes);
}
