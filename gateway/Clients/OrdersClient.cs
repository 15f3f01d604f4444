using System.Globalization;
using MariosPizzeria.BuildingBlocks.Idempotency;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>Calls the Order service's order endpoints for pages.</summary>
internal sealed class OrdersClient(HttpClient http, Visitor visitor)
{
    /// <summary>The path for orders without an account.</summary>
    public const string GuestOrders = "/api/guest/orders";

    /// <summary>
    /// Places an order. Repeated calls with one key (for guests: with one key and one body) place it once. A guest's order is returned
    /// with its tracking token.
    /// </summary>
    public Task<Result<OrderResponse>> PlaceAsync(PlaceOrderRequest order, string key, CancellationToken cancellationToken) =>
        http.PostAsync<OrderResponse>(visitor, visitor.IsSignedIn ? "api/orders" : GuestOrders[1..], order, key, cancellationToken);

    /// <summary>Places an order for a guest on the phone. Repeated calls with one key place it once. Includes the tracking token.</summary>
    public Task<Result<OrderResponse>> PlaceForGuestAsync(PlaceOrderRequest order, string key, CancellationToken cancellationToken) =>
        http.PostAsync<OrderResponse>(visitor, GuestOrders[1..], order, key, cancellationToken);

    /// <summary>Returns the order of a tracking token. Fails with <c>not-found</c>.</summary>
    public Task<Result<OrderResponse>> TrackAsync(string token, CancellationToken cancellationToken) =>
        http.GetAsync<OrderResponse>(visitor, $"api/track/{Uri.EscapeDataString(token)}", cancellationToken);

    /// <summary>Adds the order of a tracking token to the visitor's account.</summary>
    public Task<Result<OrderResponse>> KeepAsync(string token, CancellationToken cancellationToken) =>
        http.PostAsync<OrderResponse>(visitor, $"api/track/{Uri.EscapeDataString(token)}/keep", body: null, "keep", cancellationToken);

    /// <summary>Cancels the order of a tracking token. Fails with <c>illegal-transition</c> if it is too late.</summary>
    public Task<Result<OrderResponse>> CancelTrackedAsync(string token, string reason, string key, CancellationToken cancellationToken) =>
        http.PostAsync<OrderResponse>(visitor, $"api/track/{Uri.EscapeDataString(token)}/cancel", new { reason }, key, cancellationToken);

    /// <summary>Returns the signed-in visitor's order for a key, from which its id is derived. Fails with <c>not-found</c>.</summary>
    public Task<Result<OrderResponse>> FindPlacedAsync(string key, CancellationToken cancellationToken) =>
        FindAsync(IdempotentRequest.DocumentIdOf(visitor.Session!.UserId, HttpMethods.Post, "/api/orders", key), cancellationToken);

    /// <summary>Returns an order. Fails with <c>not-found</c>, also if the visitor may not see the order.</summary>
    public Task<Result<OrderResponse>> FindAsync(string id, CancellationToken cancellationToken) =>
        http.GetAsync<OrderResponse>(visitor, $"api/orders/{Uri.EscapeDataString(id)}", cancellationToken);

    /// <summary>Returns a page of orders, newest first: a customer's own orders, or all orders for staff.</summary>
    /// <param name="search">The beginning of an id or a name, or the end of a phone number; empty for all.</param>
    /// <param name="page">The page number, from 1.</param>
    /// <param name="pageSize">The page size, from 1 to 100.</param>
    /// <param name="after">The <c>Next</c> of the previous page, used in place of a page number; null or empty for none.</param>
    public Task<Result<OrderPage>> ListAsync(string search, int page, int pageSize, string? after, CancellationToken cancellationToken) =>
        http.GetAsync<OrderPage>(
            visitor,
            string.Create(
                CultureInfo.InvariantCulture,
                $"api/orders?q={Uri.EscapeDataString(search)}&page={page}&pageSize={pageSize}&after={Uri.EscapeDataString(after ?? "")}"
            ),
            cancellationToken
        );

    /// <summary>Cancels an order. Fails with <c>illegal-transition</c> if it is too late.</summary>
    public Task<Result<OrderResponse>> CancelAsync(string id, string reason, string key, CancellationToken cancellationToken) =>
        http.PostAsync<OrderResponse>(visitor, $"api/orders/{Uri.EscapeDataString(id)}/cancel", new { reason }, key, cancellationToken);
}

/// <summary>Properties of an order that pages need.</summary>
internal static class OrderPageRules
{
    /// <summary>Returns the path of the page on which a guest follows the order of a tracking token.</summary>
    public static string TrackerOf(string token) => $"/track/{Uri.EscapeDataString(token)}";

    extension(OrderResponse order)
    {
        /// <summary>The path of the page on which the customer follows the order.</summary>
        public string Page => order.TrackingToken is { } token ? TrackerOf(token) : $"/orders/{Uri.EscapeDataString(order.Id)}";

        /// <summary>Whether the customer may cancel the order, as far as its status tells; the kitchen decides.</summary>
        public bool MayBeCancelled => order.Status is OrderStatus.Pending or OrderStatus.Confirmed;

        /// <summary>Whether the order is delivered or cancelled, which are final states.</summary>
        public bool IsOver => order.Status is OrderStatus.Delivered or OrderStatus.Cancelled;
    }
}
