using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>What has happened to an order.</summary>
internal sealed class StoriesClient(HttpClient http, Visitor visitor)
{
    /// <summary>An order's events, oldest first; <c>not-found</c> also where the order is not this visitor's to see.</summary>
    public Task<Outcome<TimelineResponse>> Read(string orderId, CancellationToken cancellationToken) =>
        http.Get<TimelineResponse>(visitor, $"api/orders/{Uri.EscapeDataString(orderId)}/timeline", cancellationToken);

    /// <summary>What the admin command <c>explain</c> says of an order: who handled each event, at which attempt, what is unfinished.</summary>
    public Task<Outcome<ExplanationResponse>> Explain(string orderId, CancellationToken cancellationToken) =>
        http.Get<ExplanationResponse>(visitor, $"internal/orders/{Uri.EscapeDataString(orderId)}/explanation", cancellationToken);
}
