using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>The Kitchen service, as the kitchen's page uses it.</summary>
internal sealed class TicketsClient(HttpClient http, Visitor visitor)
{
    private const string Path = "api/kitchen/tickets";

    /// <summary>All that is in the kitchen, the oldest first.</summary>
    public async Task<Outcome<IReadOnlyList<TicketResponse>>> InKitchen(CancellationToken cancellationToken)
    {
        var all = new List<TicketResponse>();
        string? after = null;
        do
        {
            var page = await http.Get<TicketsResponse>(visitor, after is null ? Path : $"{Path}?after={after}", cancellationToken);
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
    public Task<Outcome<StatusResponse>> Workload(CancellationToken cancellationToken) =>
        http.Get<StatusResponse>(visitor, "api/kitchen/status", cancellationToken);

    /// <summary>Takes a ticket to the oven; or <c>kitchen-at-capacity</c>, <c>illegal-transition</c>, <c>not-found</c>.</summary>
    public Task<Outcome<TicketResponse>> Start(string orderId, string key, CancellationToken cancellationToken) =>
        Move(orderId, "start", key, cancellationToken);

    /// <summary>Takes it out of the oven; or <c>illegal-transition</c>, <c>not-found</c>.</summary>
    public Task<Outcome<TicketResponse>> Finish(string orderId, string key, CancellationToken cancellationToken) =>
        Move(orderId, "ready", key, cancellationToken);

    private Task<Outcome<TicketResponse>> Move(string orderId, string step, string key, CancellationToken cancellationToken) =>
        http.Post<TicketResponse>(visitor, $"{Path}/{Uri.EscapeDataString(orderId)}/{step}", body: null, key, cancellationToken);
}

/// <summary>What pages ask of the kitchen's status.</summary>
internal static class StatusPageRules
{
    extension(StatusResponse status)
    {
        /// <summary>Whether no further ticket can be started. More may cook than fit, after the capacity was lowered.</summary>
        public bool IsFull => status.Cooking >= status.Capacity;
    }
}
