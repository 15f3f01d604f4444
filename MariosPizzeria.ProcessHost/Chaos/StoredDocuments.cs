namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>An order as stored in the database, with the properties that the ledger needs.</summary>
/// <param name="Events">The history: the id and type of each event. A republished event is listed again, with the same id.</param>
internal sealed record StoredOrder(
    string Id,
    string Status,
    string Customer,
    decimal Total,
    bool IsCash,
    string PaymentStatus,
    string? Scope,
    bool WasConfirmed,
    bool WasReady,
    bool HasWish,
    IReadOnlyList<(string PizzaId, int Quantity)> Lines,
    IReadOnlyList<(string Id, string Type)> Events
)
{
    /// <summary>The business day and the order's number within it; null if the order has none.</summary>
    public (string Day, int Number)? Number { get; init; }

    /// <summary>Returns how often an event of a type happened to the order; a republished event counts once.</summary>
    public int Count(string type) => Events.Distinct().Count(entry => entry.Type == type);

    public bool IsDelivered => Status == "delivered";

    public bool IsCancelled => Status == "cancelled";

    /// <summary>Reads an order from the document's JSON.</summary>
    public static StoredOrder Of(JsonElement order) =>
        new(
            order.Text("id")!,
            order.Text("status")!,
            order.GetProperty("customer").Text("id")!,
            order.GetProperty("total").GetDecimal(),
            order.Text("paymentMethod") == "cash",
            order.Text("paymentStatus")!,
            order.TryGetProperty("placedBy", out var placedBy) ? placedBy.Text("scope") : null,
            order.Text("confirmedAt") is not null,
            order.Text("readyAt") is not null,
            order.TryGetProperty("cancellationWish", out _),
            [
                .. order
                    .GetProperty("lines")
                    .EnumerateArray()
                    .Select(line => (line.Text("pizzaId")!, line.GetProperty("quantity").GetInt32())),
            ],
            [.. order.GetProperty("history").EnumerateArray().Select(entry => (entry.Text("id")!, entry.Text("type")!))]
        )
        {
            Number = order.Text("day") is { } day && order.TryGetProperty("number", out var number) ? (day, number.GetInt32()) : null,
        };
}

/// <summary>A kitchen ticket as stored in the database.</summary>
/// <param name="HasLeft">Whether it has left the kitchen: handed out, or withdrawn.</param>
internal sealed record StoredTicket(string OrderId, string State, bool HasLeft)
{
    public static StoredTicket Of(JsonElement ticket) => new(ticket.Text("id")!, ticket.Text("state")!, ticket.Text("leftAt") is not null);
}

/// <summary>A payment as stored in the database.</summary>
internal sealed record StoredPayment(string OrderId, string Status, bool IsCash, decimal Amount)
{
    public static StoredPayment Of(JsonElement payment) =>
        new(payment.Text("id")!, payment.Text("status")!, payment.Text("method") == "cash", payment.GetProperty("amount").GetDecimal());
}

/// <summary>A notification about an order as stored in the database.</summary>
internal sealed record StoredNotification(string? OrderId, string Type, string To)
{
    public static StoredNotification Of(JsonElement notification) =>
        new(notification.Text("orderId"), notification.Text("type")!, notification.Text("customerId")!);
}

/// <summary>The backlog of an outbox.</summary>
/// <param name="OldestSeconds">The age of the oldest event, in seconds.</param>
internal sealed record OutboxState(string Database, long Events, double OldestSeconds)
{
    public override string ToString() => $"{Database}: {Events} events, the oldest for {OldestSeconds:0.0} s";
}

internal static class StoredJson
{
    /// <summary>Returns the text of a property; null if there is none.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
