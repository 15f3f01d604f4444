using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>What has happened to an order.</summary>
internal sealed class StoriesClient(HttpClient http, Visitor visitor)
{
    /// <summary>An order's events, oldest first; <c>not-found</c> also where the order is not this visitor's to see.</summary>
    public Task<Outcome<Story>> Read(string orderId, CancellationToken cancellationToken) =>
        http.Get<Story>(visitor, $"api/orders/{Uri.EscapeDataString(orderId)}/timeline", cancellationToken);

    /// <summary>What the admin command <c>explain</c> says of an order: who handled each event, at which attempt, what is unfinished.</summary>
    public Task<Outcome<Explanation>> Explain(string orderId, CancellationToken cancellationToken) =>
        http.Get<Explanation>(visitor, $"internal/orders/{Uri.EscapeDataString(orderId)}/explanation", cancellationToken);
}

/// <summary>An order's story down to its messages, for an operator to read.</summary>
internal sealed record Explanation(string Text);

/// <summary>An order's events.</summary>
internal sealed record Story(IReadOnlyList<StoryEvent> Events);

/// <summary>One of them: what, when, by whom, and in which trace.</summary>
internal sealed record StoryEvent(string Id, string Type, DateTimeOffset At, string Actor, string? TraceId);
