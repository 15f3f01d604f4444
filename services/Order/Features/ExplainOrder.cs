using System.Globalization;
using System.Text;
using MariosPizzeria.BuildingBlocks.Messaging;

namespace MariosPizzeria.OrderService.Features;

/// <summary>
/// Describes the whole history of an order: what happened, by whom and in which trace, which consumer handled each event, when and at which
/// attempt, the events that are not published yet, and the dead letters. Contains no names: people are identified by their ids.
/// </summary>
public sealed class ExplainOrder(
    IRepository<Order> orders,
    IRepository<Payment> payments,
    IRepository<Notification> notifications,
    IDocumentDatabase database,
    DeadLetterQueues errors
)
{
    private const int MaxPendingEvents = 100;
    private const int MaxDeadLetters = 1000;
    private const int MostNotifications = 200;

    /// <summary>GET /internal/orders/{id}/explanation, for managers on the System page.</summary>
    public static async Task<IResult> Get(string id, ExplainOrder handler, CancellationToken cancellationToken) =>
        await handler.Handle(id, cancellationToken) is { } story
            ? Results.Ok(new ExplanationResponse(story))
            : Error.NotFound("order", id).ToProblem();

    /// <summary>Returns the description as readable text; null if there is no such order.</summary>
    public async Task<string?> Handle(string id, CancellationToken cancellationToken)
    {
        if (await orders.FindAsync(id, cancellationToken) is not { } order)
        {
            return null;
        }

        var story = new StringBuilder();
        await AppendTimelineAsync(story, order, await payments.FindAsync(id, cancellationToken), cancellationToken);
        return story.ToString();
    }

    private static string Time(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) ?? "-";

    private static string Describe<TEnum>(TEnum value)
        where TEnum : struct, Enum => IndexKey.Of(value);

    private static string Attempts(HandledMessageEntry entry) =>
        entry.Message.Attempts > 1 ? string.Create(CultureInfo.InvariantCulture, $", at attempt {entry.Message.Attempts}") : "";

    private static void Line(StringBuilder story, string text = "") => story.AppendLine(text);

    private static void AppendState(StringBuilder story, Order order, Payment? payment)
    {
        Line(
            story,
            $"Order {order.Id}: {Describe(order.Status)}, {order.Total} {Money.Currency}, {order.Lines.Sum(line => line.Quantity)} pizzas, {Describe(order.Fulfilment)}, {Describe(order.PaymentMethod)} {Describe(order.PaymentStatus)}, version {order.Version}"
        );
        Line(story, $"  customer {order.Customer.Id}, chef {order.Chef ?? "-"}, driver {order.Driver ?? "-"}");
        Line(
            story,
            $"  promised {Time(order.Promise())}, to be ready {Time(order.EstimatedReadyAt)}, ready {Time(order.ReadyAt)}{(order.LateSince is null ? "" : $", late since {Time(order.LateSince)}")}"
        );
        if (order.CancelledAt is not null || order.CancellationWish is not null)
        {
            Line(
                story,
                $"  {(order.CancelledAt is null ? "to be cancelled" : "cancelled")}: {order.CancellationReason ?? order.CancellationWish?.Reason}"
            );
        }

        Line(
            story,
            payment is null
                ? "  no payment was started"
                : $"  payment {Describe(payment.Status)}, {payment.Amount}, requested {Time(payment.RequestedAt)}, settled {Time(payment.SettledAt)}, reference {payment.Reference ?? "-"}{(payment.Reason is null ? "" : $", {payment.Reason}")}{(payment.RefundDueSince is null ? "" : $", refund owed since {Time(payment.RefundDueSince)}")}"
        );
        foreach (var corruption in order.Corruptions())
        {
            Line(story, $"  CORRUPT {corruption.Name}: {corruption.Detail} (fix-corrupted-orders)");
        }
    }

    private async Task AppendTimelineAsync(StringBuilder story, Order order, Payment? payment, CancellationToken cancellationToken)
    {
        AppendState(story, order, payment);
        var handled = await HandledAsync(order, cancellationToken);

        Line(story);
        Line(story, "Events (UTC):");
        foreach (var entry in order.History.OrderBy(entry => entry.At))
        {
            Line(
                story,
                $"  {Time(entry.At)}  {entry.Type, -22} by {entry.Actor}, version {entry.Version}, event {entry.Id:N}, trace {entry.TraceId ?? "-"}"
            );
            AppendHandledMessages(story, handled, entry.Id);
        }

        // Requests with an idempotency key, and events that are not in the history of the order.
        var others = handled.Where(each => !order.History.Exists(entry => entry.Id == each.Message.MessageId)).ToList();
        Line(story);
        Line(story, "Other messages and requests that it, its payment or its notifications handled:");
        foreach (var other in others)
        {
            Line(story, $"  {Time(other.At)}  {other.Message.Consumer, -22} message {other.Message.MessageId:N}{Attempts(other)}");
        }

        if (others.Count == 0)
        {
            Line(story, "  none");
        }

        await AppendUnfinishedWorkAsync(story, order.Id, cancellationToken);
    }

    private async Task AppendUnfinishedWorkAsync(StringBuilder story, string id, CancellationToken cancellationToken)
    {
        Line(story);
        Line(story, "Stored and not yet published:");
        var waiting = await database.ListPendingAsync(id, before: null, MaxPendingEvents, cancellationToken);
        foreach (var entry in waiting)
        {
            Line(story, $"  {entry.Type, -22} event {entry.EventId:N}, since {Time(entry.StoredAt)}");
        }

        if (waiting.Count == 0)
        {
            Line(story, "  nothing");
        }

        Line(story);
        Line(story, "Dead-lettered by Order's own consumers (reprocess-errors; the worker and the kitchen have their own):");
        try
        {
            var aside = (await errors.PeekAsync(MaxDeadLetters, cancellationToken))
                .Where(each => each.Body.Contains(id, StringComparison.Ordinal))
                .ToList();
            foreach (var message in aside)
            {
                Line(
                    story,
                    $"  {message.Type, -22} in {message.Queue} after {message.Retries ?? "0"} retries, {message.At ?? "-"}: {message.Fault ?? "its consumer never returned"}"
                );
            }

            if (aside.Count == 0)
            {
                Line(story, "  nothing");
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Line(story, $"  the broker does not answer: {e.Message}");
        }
    }

    private static void AppendHandledMessages(StringBuilder story, IEnumerable<HandledMessageEntry> handled, Guid eventId)
    {
        foreach (var handler in handled.Where(each => each.Message.MessageId == eventId))
        {
            Line(story, $"      handled {Time(handler.At)} by {handler.Message.Consumer}{Attempts(handler)}");
        }
    }

    private async Task<IReadOnlyList<HandledMessageEntry>> HandledAsync(Order order, CancellationToken cancellationToken)
    {
        var told = await notifications.ListAsync(
            Query<Notification>
                .All.Where(OrderDocuments.ForCustomer, order.Customer.Id, Notification.ToManagers)
                .NewestFirst(OrderDocuments.NotifiedAt)
                .First(MostNotifications),
            cancellationToken
        );
        var handled = new List<HandledMessageEntry>();
        handled.AddRange(await database.ListHandledAsync(OrderDocuments.Orders, order.Id, cancellationToken));
        handled.AddRange(await database.ListHandledAsync(OrderDocuments.Payments, order.Id, cancellationToken));
        foreach (var notification in told.Where(each => each.OrderId == order.Id))
        {
            handled.AddRange(await database.ListHandledAsync(OrderDocuments.Notifications, notification.Id, cancellationToken));
        }

        return [.. handled.OrderBy(each => each.At)];
    }
}
