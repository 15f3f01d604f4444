using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>Something a customer, or every manager, should know about an order. Its id is the event's: an event is told once.</summary>
public sealed class Notification : IDocument
{
    /// <summary>Stands for a customer's id in what is addressed to every manager.</summary>
    public const string ToManagers = "role:manager";

    private Notification() { }

    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public string CustomerId { get; private set; } = "";

    /// <summary>Null where it is about no order.</summary>
    public string? OrderId { get; private set; }

    /// <summary>For example <c>order_ready</c>.</summary>
    public string Type { get; private set; } = "";
    public string Title { get; private set; } = "";
    public string Message { get; private set; } = "";
    public NotificationStatus Status { get; private set; }
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When the mail server took it, or said that there is no such reader.</summary>
    public DateTimeOffset? MailedAt { get; private set; }

    /// <summary>What an event means to the managers, whichever of them looks first.</summary>
    public static Notification ForManagers(Event e, string type, string title, string message)
    {
        var notification = Of(e, ToManagers, type, title, message);

        // The customer may be told of the same event.
        notification.Id += "-managers";
        return notification;
    }

    /// <summary>What an event means to the customer.</summary>
    public static Notification Of(Event e, string customerId, string type, string title, string message) =>
        new()
        {
            Id = e.EventId.ToString("N"),
            CustomerId = customerId,
            OrderId = (e as OrderEvent)?.OrderId,
            Type = type,
            Title = title,
            Message = message,
            CreatedAt = e.OccurredAt,
        };

    /// <summary>The customer has seen it. A dismissed one stays dismissed.</summary>
    /// <returns>Whether that is new.</returns>
    public bool Read() => Mark(NotificationStatus.Read);

    /// <summary>The customer does not want to see it any more.</summary>
    /// <returns>Whether that is new.</returns>
    public bool Dismiss() => Mark(NotificationStatus.Dismissed);

    /// <summary>The mail server took it.</summary>
    /// <returns>Whether that is new.</returns>
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
