using MariosPizzeria.OrderService.Domain;

namespace MariosPizzeria.Worker.Mail;

/// <summary>
/// What is mailed of a notification: fixed sentences by its type, and never its own text. A reason that somebody typed would make our
/// mail server carry anybody's words to any address.
/// </summary>
public static class NotificationMail
{
    /// <summary>The message.</summary>
    /// <param name="notification">What happened.</param>
    /// <param name="to">The reader's address.</param>
    /// <param name="site">Where the pages are; null where nobody said.</param>
    public static Letter Of(Notification notification, string to, Uri? site)
    {
        var (subject, text) = notification.Type switch
        {
            "order_confirmed" => ("Order confirmed", "Your order is confirmed and waits for the oven."),
            "order_ready" => ("Order ready", "Your order is out of the oven."),
            "order_delivered" => ("Order delivered", "Your order has been handed over. Buon appetito!"),
            "order_cancelled" => (
                "Order cancelled",
                "Your order was cancelled. Its page says why. What you paid for it, if anything, is on its way back."
            ),
            "order_late" => ("Order late", "Your order takes longer than we promised. We are sorry, and on it."),
            "cancellation_refused" => ("Too late to cancel", "Your order was in the oven already, so it could not be cancelled."),
            _ => ("News", "There is news for you on our site."),
        };
        var order = notification.OrderId is { } id
            ? $"Your order: {(site is null ? id : new Uri(site, $"/orders/{Uri.EscapeDataString(id)}").AbsoluteUri)}\n\n"
            : "";
        return new(notification.Id, to, $"{subject} - Mario's Pizzeria", $"{text}\n\n{order}Mario's Pizzeria\n");
    }
}
