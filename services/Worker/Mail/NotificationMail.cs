using System.Globalization;

namespace MariosPizzeria.Worker.Mail;

/// <summary>
/// Creates the mail for a notification: fixed sentences by its type, and never its own text. If the mail contained a reason that a user
/// entered, the mail server would send any user's text to any address.
/// </summary>
public static class NotificationMail
{
    /// <summary>Creates the message.</summary>
    /// <param name="site">The address of the site; null if it is not configured.</param>
    public static MailContent Of(Notification notification, string to, Uri? site, BusinessDays days)
    {
        var (subject, text) = notification.Type switch
        {
            "order_confirmed" => ("Order confirmed", "Your order is confirmed and waits for the oven."),
            "order_ready" => ("Order ready", "Your order is out of the oven."),
            "order_delivered" => ("Order delivered", "Your order has been handed over. Buon appetito!"),
            "delivery_failed" => (
                "Order comes later",
                "We could not hand your order over. A driver brings it again; it comes later than we said."
            ),
            "order_cancelled" => (
                "Order cancelled",
                "Your order was cancelled. Its page says why. What you paid for it, if anything, is on its way back."
            ),
            "order_late" when notification.ExpectedAt is { } expected => (
                "Order late",
                $"Your order takes longer than we promised. We are sorry: we now expect it at {days.Local(expected):HH:mm}."
            ),
            "order_late" => ("Order late", "Your order takes longer than we promised. We are sorry, and on it."),
            "cancellation_refused" => ("Too late to cancel", "Your order was in the oven already, so it could not be cancelled."),
            _ => ("News", "There is news for you on our site."),
        };
        var number = notification.Number is { } named ? string.Create(CultureInfo.InvariantCulture, $" #{named}") : "";
        var order = notification.OrderId is { } id
            ? $"Your order{number}: {(site is null ? id : new Uri(site, $"/orders/{Uri.EscapeDataString(id)}").AbsoluteUri)}\n\n"
            : "";
        return new(notification.Id, to, $"{subject} - Mario's Pizzeria", $"{text}\n\n{order}Mario's Pizzeria\n");
    }
}
