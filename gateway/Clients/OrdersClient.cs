using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Idempotency;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>The Order service's orders, as pages use them.</summary>
internal sealed class OrdersClient(HttpClient http, Visitor visitor)
{
    /// <summary>Places an order; once, however often it is asked with one key.</summary>
    public Task<Outcome<OrderResponse>> Place(PlaceOrderRequest order, string key, CancellationToken cancellationToken) =>
        http.Post<OrderResponse>(visitor, "api/orders", order, key, cancellationToken);

    /// <summary>The order that the visitor, who has signed in, placed with a key, or <c>not-found</c>: its id is derived from it.</summary>
    public Task<Outcome<OrderResponse>> FindPlaced(string key, CancellationToken cancellationToken) =>
        Find(IdempotentRequest.DocumentIdOf(visitor.Session!.UserId, HttpMethods.Post, "/api/orders", key), cancellationToken);

    /// <summary>One order, or <c>not-found</c>, also where it is not this visitor's to see.</summary>
    public Task<Outcome<OrderResponse>> Find(string id, CancellationToken cancellationToken) =>
        http.Get<OrderResponse>(visitor, $"api/orders/{Uri.EscapeDataString(id)}", cancellationToken);

    /// <summary>A page of orders, newest first: a customer's own, or all for staff.</summary>
    /// <param name="number">Of an order, as it is printed; empty for all. <c>validation</c> where it is none.</param>
    /// <param name="page">From 1.</param>
    /// <param name="pageSize">From 1 to 100.</param>
    /// <param name="cancellationToken">Of the visitor's request.</param>
    public Task<Outcome<OrderPage>> List(string number, int page, int pageSize, CancellationToken cancellationToken) =>
        http.Get<OrderPage>(
            visitor,
            string.Create(CultureInfo.InvariantCulture, $"api/orders?q={Uri.EscapeDataString(number)}&page={page}&pageSize={pageSize}"),
            cancellationToken
        );

    /// <summary>Cancels, or <c>illegal-transition</c> where it is too late.</summary>
    public Task<Outcome<OrderResponse>> Cancel(string id, string reason, string key, CancellationToken cancellationToken) =>
        http.Post<OrderResponse>(visitor, $"api/orders/{Uri.EscapeDataString(id)}/cancel", new { reason }, key, cancellationToken);
}

/// <summary>What pages ask of an order.</summary>
internal static class OrderPageRules
{
    extension(OrderResponse order)
    {
        /// <summary>Whether its customer may still cancel it, as far as one can tell: the kitchen's word decides.</summary>
        public bool MayBeCancelled => order.Status is OrderStatus.Pending or OrderStatus.Confirmed;

        /// <summary>Whether it is delivered or cancelled, so that nothing more happens to it.</summary>
        public bool IsOver => order.Status is OrderStatus.Delivered or OrderStatus.Cancelled;
    }
}
