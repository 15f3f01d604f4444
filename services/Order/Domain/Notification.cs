using System.Globalization;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>A message to a customer or to all managers about an order. Its id is the event's id, so each event creates it once.</summary>
public sealed class Notification : IDocument
{
    /// <summary>Used as the customer id of notifications to all managers.</summary>
    public const string ToManagers = "role:manager";

    private Notification() { }

    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public string CustomerId { get; private set; } = "";

    /// <summary>Null if it is not about an order.</summary>
    public string? OrderId { get; private set; }

    /// <summary>The order's number within its day; null if it is not about an order, or if the event does not contain the number.</summary>
    public int? Number { get; private set; }

    /// <summary>For example <c>order_ready</c>.</summary>
    public string Type { get; private set; } = "";
    public string Title { get; private set; } = "";
    public string Message { get; private set; } = "";
    public NotificationStatus Status { get; private set; }
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The new expected time of the order; null if the notification is not about that.</summary>
    public DateTimeOffset? ExpectedAt { get; private set; }

    /// <summary>When the mail server accepted it, or rejected its recipient as unknown.</summary>
    public DateTimeOffset? MailedAt { get; private set; }

    /// <summary>Creates the notification of an event to all managers. It has one status for all of them.</summary>
    public static Notification ForManagers(Event e, string type, string title, string message)
    {
        var notification = Of(e, ToManagers, type, title, message);

        // The same event may also create a notification to the customer.
        notification.Id += "-managers";
        return notification;
    }

    /// <summary>Creates the notification of an event to the customer.</summary>
    public static Notification Of(
        Event e,
        string customerId,
        string type,
        string title,
        string message,
        DateTimeOffset? expectedAt = null
    ) =>
        new()
        {
            Id = e.EventId.ToString("N"),
            CustomerId = customerId,
            OrderId = (e as OrderEvent)?.OrderId,
            Number = (e as OrderEvent)?.Number,
            Type = type,
            Title = e is OrderEvent { Number: { } number } ? string.Create(CultureInfo.InvariantCulture, $"{title} (#{number})") : title,
            Message = message,
            CreatedAt = e.OccurredAt,
            ExpectedAt = expectedAt,
        };

    /// <summary>
    /// Creates a notification that an order has once: later events of its kind give no new information. Its id is the order's id and the
    /// type.
    /// </summary>
    public static Notification OncePerOrder(OrderEvent e, string customerId, string type, string title, string message)
    {
        var notification = Of(e, customerId, type, title, message);
        notification.Id = $"{e.OrderId}-{type}";
        return notification;
    }

    /// <summary>Marks it as read. A dismissed notification stays dismissed.</summary>
    /// <returns>Whether it was not recorded before.</returns>
    public bool Read() => Mark(NotificationStatus.Read);

    /// <summary>Marks it as dismissed by the customer.</summary>
    /// <returns>Whether it was not recorded before.</returns>
    public bool Dismiss() => Mark(NotificationStatus.Dismissed);

    /// <summary>Records that the mail server accepted it.</summary>
    /// <returns>Whether it was not recorded before.</returns>
    public bool Mail(DateTimeOffset at)
    {
        if (MailedAt is not null)
        {
            return false;
        }

        MailedAt = at;
        return true;
    }

    private bool Mark(NotificationStatus status)
    {
        if (Status >= status)
        {
            return false;
        }

        Status = status;
        return true;
    }
}
