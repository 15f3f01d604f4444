namespace MariosPizzeria.Gateway.Clients;

/// <summary>Calls the Kitchen service's ticket endpoints for the kitchen's page.</summary>
internal sealed class TicketsClient(HttpClient http, Visitor visitor)
{
    private const string Path = "api/kitchen/tickets";

    public async Task<Result<IReadOnlyList<TicketResponse>>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<TicketResponse>();
        string? after = null;
        do
        {
            var page = await http.GetAsync<TicketsResponse>(visitor, after is null ? Path : $"{Path}?after={after}", cancellationToken);
            if (!page.Succeeded)
            {
                return page.Error;
            }

            all.AddRange(page.Value.Items);
            after = page.Value.Next;
        } while (after is not null);

        return all;
    }

    /// <summary>Returns the kitchen's load, and whether it takes orders.</summary>
    public Task<Result<StatusResponse>> ReadStatusAsync(CancellationToken cancellationToken) =>
        http.GetAsync<StatusResponse>(visitor, "api/kitchen/status", cancellationToken);

    /// <summary>Starts a ticket. Fails with <c>kitchen-at-capacity</c>, <c>illegal-transition</c> or <c>not-found</c>.</summary>
    public Task<Result<TicketResponse>> StartAsync(string orderId, string key, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, "start", key, cancellationToken);

    /// <summary>Marks a ticket as ready. Fails with <c>illegal-transition</c> or <c>not-found</c>.</summary>
    public Task<Result<TicketResponse>> FinishAsync(string orderId, string key, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, "ready", key, cancellationToken);

    /// <summary>
    /// Undoes a ticket's last step, once, within two minutes. Fails with <c>illegal-transition</c>, <c>kitchen-at-capacity</c> or
    /// <c>not-found</c>.
    /// </summary>
    public Task<Result<TicketResponse>> UndoAsync(string orderId, string key, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, "undo", key, cancellationToken);

    private Task<Result<TicketResponse>> ChangeAsync(string orderId, string step, string key, CancellationToken cancellationToken) =>
        http.PostAsync<TicketResponse>(visitor, $"{Path}/{Uri.EscapeDataString(orderId)}/{step}", body: null, key, cancellationToken);
}

/// <summary>Properties of the kitchen's status that pages need.</summary>
internal static class StatusPageRules
{
    extension(StatusResponse status)
    {
        /// <summary>Whether no further ticket can be started. More tickets than the capacity may cook after it was lowered.</summary>
        public bool IsFull => status.Cooking >= status.Capacity;
    }
}
