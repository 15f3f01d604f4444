namespace MariosPizzeria.OrderService.Domain;

/// <summary>A defect of an order that no command and no event can cause.</summary>
/// <param name="Name">One of <see cref="Corruptions"/>.</param>
/// <param name="Detail">What is wrong, and what would be correct.</param>
public sealed record Corruption(string Name, string Detail);

/// <summary>The names of the corruptions that are detected.</summary>
public static class Corruptions
{
    /// <summary>The total is not the sum of the lines and the delivery fee.</summary>
    public const string TotalDiffers = "total-differs-from-lines";

    /// <summary>The status does not match the order's times.</summary>
    public const string StatusContradictsTimes = "status-contradicts-times";

    /// <summary>The kitchen has a ticket of an order that does not exist or is cancelled.</summary>
    public const string TicketWithoutOrder = "ticket-without-order";

    /// <summary>An order makes no progress although nothing blocks it.</summary>
    public const string Stuck = "stuck";

    /// <summary>The payment of a cancelled order was not refunded.</summary>
    public const string RefundOwed = "refund-owed";

    /// <summary>Events were stored a while ago and never published.</summary>
    public const string UnpublishedEvents = "unpublished-events";
}

/// <summary>An order as it was before it was repaired, so that the repair can be undone.</summary>
public sealed class OrderBackup : IDocument
{
    private OrderBackup() { }

    /// <summary>Made of the id and the version of the order: each version is stored once.</summary>
    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public string OrderId { get; private set; } = "";
    public DateTimeOffset MadeAt { get; private set; }
    public Order? Order { get; private set; }

    /// <summary>Creates the backup of a stored order.</summary>
    public static OrderBackup Of(Order order, DateTimeOffset at) =>
        new()
        {
            Id = $"{order.Id}.{order.Version}",
            OrderId = order.Id,
            MadeAt = at,
            Order = order,
        };
}
