using MariosPizzeria.Contracts;
using MariosPizzeria.Gateways.Web;

namespace MariosPizzeria.Gateways.Clients;

/// <summary>What has happened to an order.</summary>
internal sealed class StoriesClient(HttpClient http, Visitor visitor)
{
    /// <summary>An order's events, oldest first; <c>not-found</c> also where the order is not this visitor's to see.</summary>
    public Task<Outcome<Story>> Read(string orderId, CancellationToken cancellationToken) =>
        http.Get<Story>(visitor, $"api/orders/{Uri.EscapeDataString(orderId)}/timeline", cancellationToken);
}

/// <summary>An order's events.</summary>
internal sealed record Story(IReadOnlyList<StoryEvent> Events);

/// <summary>One of them: what, when, by whom, and in which trace.</summary>
internal sealed record StoryEvent(string Id, string Type, DateTimeOffset At, string Actor, string? TraceId);
