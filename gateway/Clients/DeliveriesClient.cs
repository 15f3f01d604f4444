using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>The Order service's deliveries, as the driver's page uses them.</summary>
internal sealed class DeliveriesClient(HttpClient http, Visitor visitor)
{
    /// <summary>What waits for a driver, the oldest first.</summary>
    public Task<Outcome<ItemsResponse<OrderResponse>>> Ready(CancellationToken cancellationToken) =>
        http.Get<ItemsResponse<OrderResponse>>(visitor, "api/delivery/ready", cancellationToken);

    /// <summary>What the visitor has under way, the oldest first.</summary>
    public Task<Outcome<ItemsResponse<OrderResponse>>> Tour(CancellationToken cancellationToken) =>
        http.Get<ItemsResponse<OrderResponse>>(visitor, "api/delivery/tour", cancellationToken);

    /// <summary>Every order that is out of the oven, the newest first: the pickups among them wait for no driver but at the counter.</summary>
    public Task<Outcome<OrderPage>> OutOfTheOven(CancellationToken cancellationToken) =>
        http.Get<OrderPage>(visitor, "api/orders?status=ready&pageSize=100", cancellationToken);

    /// <summary>Takes an order along; or <c>illegal-transition</c>, also where another driver has it.</summary>
    public Task<Outcome<OrderResponse>> Take(string orderId, string key, CancellationToken cancellationToken) =>
        Move(orderId, "take", key, cancellationToken);

    /// <summary>Hands an order to its customer; or <c>illegal-transition</c>, also where another driver has it.</summary>
    public Task<Outcome<OrderResponse>> HandOver(string orderId, string key, CancellationToken cancellationToken) =>
        Move(orderId, "delivered", key, cancellationToken);

    private Task<Outcome<OrderResponse>> Move(string orderId, string step, string key, CancellationToken cancellationToken) =>
        http.Post<OrderResponse>(visitor, $"api/delivery/{Uri.EscapeDataString(orderId)}/{step}", body: null, key, cancellationToken);
}
