using MariosPizzeria.Contracts;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>Something about an order that no command and no event could have made so.</summary>
/// <param name="Name">One of <see cref="Corruptions"/>.</param>
/// <param name="Detail">What is wrong, and what would make it right.</param>
public sealed record Corruption(string Name, string Detail);

/// <summary>The corruptions that are looked for, by name.</summary>
public static class Corruptions
{
    /// <summary>The total is not the sum of the lines.</summary>
    public const string TotalDiffers = "total-differs-from-lines";

    /// <summary>The status is not what the order's times say.</summary>
    public const string StatusContradictsTimes = "status-contradicts-times";

    /// <summary>The kitchen has a ticket of an order that is not there, or is cancelled.</summary>
    public const string TicketWithoutOrder = "ticket-without-order";

    /// <summary>An order does not go on though nothing keeps it.</summary>
    public const string Stuck = "stuck";

    /// <summary>What was taken for an order that is not made is not given back.</summary>
    public const string RefundOwed = "refund-owed";

    /// <summary>Events were stored a while ago and never published.</summary>
    public const string UnpublishedEvents = "unpublished-events";
}

/// <summary>An order as it was before it was repaired, so that the repair can be undone.</summary>
public sealed class OrderBackup : IDocument
{
    private OrderBackup() { }

    /// <summary>Of the order and its version: one version is kept once.</summary>
    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public string OrderId { get; private set; } = "";
    public DateTimeOffset MadeAt { get; private set; }
    public Order? Order { get; private set; }

    /// <summary>Of an order as it is stored.</summary>
    public static OrderBackup Of(Order order, DateTimeOffset at) =>
        new()
        {
            Id = $"{order.Id}.{order.Version}",
            OrderId = order.Id,
            MadeAt = at,
            Order = order,
        };
}
