using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>The Kitchen service, as the kitchen's page uses it.</summary>
internal sealed class TicketsClient(HttpClient http, Visitor visitor)
{
    private const string Path = "api/kitchen/tickets";

    /// <summary>All that is in the kitchen, the oldest first.</summary>
    public async Task<Outcome<IReadOnlyList<Ticket>>> InKitchen(CancellationToken cancellationToken)
    {
        var all = new List<Ticket>();
        string? after = null;
        do
        {
            var page = await http.Get<TicketPage>(visitor, after is null ? Path : $"{Path}?after={after}", cancellationToken);
            if (!page.Succeeded)
            {
                return page.Fault;
            }

            all.AddRange(page.Value.Items);
            after = page.Value.Next;
        } while (after is not null);

        return all;
    }

    /// <summary>How busy the kitchen is, and whether it takes orders.</summary>
    public Task<Outcome<Workload>> Workload(CancellationToken cancellationToken) =>
        http.Get<Workload>(visitor, "api/kitchen/status", cancellationToken);

    /// <summary>Takes a ticket to the oven; or <c>kitchen-at-capacity</c>, <c>illegal-transition</c>, <c>not-found</c>.</summary>
    public Task<Outcome<Ticket>> Start(string orderId, string key, CancellationToken cancellationToken) =>
        Move(orderId, "start", key, cancellationToken);

    /// <summary>Takes it out of the oven; or <c>illegal-transition</c>, <c>not-found</c>.</summary>
    public Task<Outcome<Ticket>> Finish(string orderId, string key, CancellationToken cancellationToken) =>
        Move(orderId, "ready", key, cancellationToken);

    private Task<Outcome<Ticket>> Move(string orderId, string step, string key, CancellationToken cancellationToken) =>
        http.Post<Ticket>(visitor, $"{Path}/{Uri.EscapeDataString(orderId)}/{step}", body: null, key, cancellationToken);
}

/// <summary>How far a ticket is, in the order in which it goes.</summary>
internal enum TicketState
{
    Queued,
    Cooking,
    Ready,
    Withdrawn,
}

/// <summary>A part of a list of tickets.</summary>
/// <param name="Items">The oldest first.</param>
/// <param name="Next">Leads to the next part; null of the last.</param>
internal sealed record TicketPage(IReadOnlyList<Ticket> Items, string? Next);

/// <summary>What the kitchen makes for one order.</summary>
internal sealed record Ticket
{
    public required string OrderId { get; init; }
    public required TicketState State { get; init; }
    public required IReadOnlyList<TicketLine> Items { get; init; }
    public string? Notes { get; init; }

    /// <summary>Null of a ticket that was made before tickets said so.</summary>
    public Fulfilment? Fulfilment { get; init; }
    public DateTimeOffset? QueuedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>When the customer was told it would be ready.</summary>
    public DateTimeOffset? PromisedAt { get; init; }
}

/// <summary>So many of one pizza.</summary>
internal sealed record TicketLine(
    string PizzaId,
    string Name,
    PizzaSize Size,
    IReadOnlyList<string> Toppings,
    IReadOnlyList<string> ExtraToppings,
    int Quantity
);

/// <summary>How busy the kitchen is.</summary>
/// <param name="Capacity">Tickets that can cook at the same time.</param>
/// <param name="Cooking">Tickets that cook.</param>
/// <param name="AverageCookMinutes">Mean of the recent cooking times.</param>
/// <param name="Paused">Whether new orders are refused.</param>
/// <param name="Reason">Why.</param>
internal sealed record Workload(int Capacity, int Cooking, double AverageCookMinutes, bool Paused, string? Reason)
{
    /// <summary>Whether no further ticket can be started. More may cook than fit, after the capacity was lowered.</summary>
    public bool IsFull => Cooking >= Capacity;
}
