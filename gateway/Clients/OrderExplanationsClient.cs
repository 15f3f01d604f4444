namespace MariosPizzeria.Gateway.Clients;

/// <summary>Reads the history of an order.</summary>
internal sealed class OrderExplanationsClient(HttpClient http, Visitor visitor)
{
    /// <summary>Returns an order's events, oldest first. Fails with <c>not-found</c>, also if the visitor may not see the order.</summary>
    public Task<Result<TimelineResponse>> ReadAsync(string orderId, CancellationToken cancellationToken) =>
        http.GetAsync<TimelineResponse>(visitor, $"api/orders/{Uri.EscapeDataString(orderId)}/timeline", cancellationToken);

    /// <summary>Returns the output of the admin command <c>explain</c>: each event's handlers and attempts, and unfinished work.</summary>
    public Task<Result<ExplanationResponse>> ExplainAsync(string orderId, CancellationToken cancellationToken) =>
        http.GetAsync<ExplanationResponse>(visitor, $"internal/orders/{Uri.EscapeDataString(orderId)}/explanation", cancellationToken);
}
