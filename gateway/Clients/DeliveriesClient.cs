namespace MariosPizzeria.Gateway.Clients;

/// <summary>Calls the Order service's delivery endpoints for the driver's page.</summary>
internal sealed class DeliveriesClient(HttpClient http, Visitor visitor)
{
    /// <summary>Returns the orders that wait for a driver, the most urgent and then the nearest first.</summary>
    public Task<Result<ItemsResponse<OrderResponse>>> ReadyAsync(CancellationToken cancellationToken) =>
        http.GetAsync<ItemsResponse<OrderResponse>>(visitor, "api/delivery/ready", cancellationToken);

    /// <summary>Returns the visitor's deliveries under way, in the same sequence, and the visitor's deliveries of today.</summary>
    public Task<Result<TourResponse>> TourAsync(CancellationToken cancellationToken) =>
        http.GetAsync<TourResponse>(visitor, "api/delivery/tour", cancellationToken);

    /// <summary>Returns all orders that are out of the oven, newest first, including pickups, which need no driver.</summary>
    public Task<Result<OrderPage>> ListReadyAsync(CancellationToken cancellationToken) =>
        http.GetAsync<OrderPage>(visitor, "api/orders?status=ready&pageSize=100", cancellationToken);

    /// <summary>Assigns an order to the visitor. Fails with <c>illegal-transition</c>, also if another driver has the order.</summary>
    public Task<Result<OrderResponse>> TakeAsync(string orderId, string key, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, "take", key, cancellationToken);

    /// <summary>Marks an order as delivered. Fails with <c>illegal-transition</c>, also if another driver has the order.</summary>
    public Task<Result<OrderResponse>> HandOverAsync(string orderId, string key, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, "delivered", key, cancellationToken);

    /// <summary>Undoes a handover. Fails with <c>illegal-transition</c> after two minutes.</summary>
    public Task<Result<OrderResponse>> UndoAsync(string orderId, string key, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, "undo", key, cancellationToken);

    /// <summary>Reports a failed delivery: the order comes back to the shop. Fails with <c>illegal-transition</c>.</summary>
    public Task<Result<OrderResponse>> FailAsync(string orderId, string reason, string key, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, "failed", key, cancellationToken, new DeliveryFailedRequest(reason));

    private Task<Result<OrderResponse>> ChangeAsync(
        string orderId,
        string step,
        string key,
        CancellationToken cancellationToken,
        object? body = null
    ) => http.PostAsync<OrderResponse>(visitor, $"api/delivery/{Uri.EscapeDataString(orderId)}/{step}", body, key, cancellationToken);
}
