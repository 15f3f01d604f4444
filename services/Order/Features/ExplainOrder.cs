using System.Globalization;
using System.Text;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Messaging;

namespace MariosPizzeria.OrderService.Features;

/// <summary>
/// Tells an order's whole story: what happened, who did it and in which trace, which consumer handled each event, when and at which
/// attempt, what is yet to be published, and what was laid aside. Names nobody: people are told by their ids.
/// </summary>
public sealed class ExplainOrder(
    IRepository<Order> orders,
    IRepository<Payment> payments,
    IRepository<Notification> notifications,
    IDocumentDatabase database,
    ErrorQueues errors
)
{
    private const int MostWaiting = 100;
    private const int MostLaidAside = 1000;
    private const int MostNotifications = 200;

    /// <summary>GET /internal/orders/{id}/explanation, for a manager at the System page.</summary>
    public static async Task<IResult> Get(string id, ExplainOrder handler, CancellationToken cancellationToken) =>
        await handler.Handle(id, cancellationToken) is { } story
            ? Results.Ok(new ExplanationResponse(story))
            : Fault.NotFound("order", id).ToProblem();

    /// <summary>The story, for a person to read; null where there is no such order.</summary>
    public async Task<string?> Handle(string id, CancellationToken cancellationToken)
    {
        if (await orders.Find(id, cancellationToken) is not { } order)
        {
            return null;
        }

        var story = new StringBuilder();
        await Tell(story, order, await payments.Find(id, cancellationToken), cancellationToken);
        return story.ToString();
    }

    private static string Time(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) ?? "-";

    private static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => IndexKey.Of(value);

    private static string Attempts(HandledEntry entry) =>
        entry.Message.Attempts > 1 ? string.Create(CultureInfo.InvariantCulture, $", at attempt {entry.Message.Attempts}") : "";

    private static void Line(StringBuilder story, string text = "") => story.AppendLine(text);

    private static void TellState(StringBuilder story, Order order, Payment? payment)
    {
        Line(
            story,
            $"Order {order.Id}: {Word(order.Status)}, {order.Total} {Money.Currency}, {order.Lines.Sum(line => line.Quantity)} pizzas, {Word(order.Fulfilment)}, {Word(order.PaymentMethod)} {Word(order.PaymentStatus)}, version {order.Version}"
        );
        Line(story, $"  customer {order.Customer.Id}, chef {order.Chef ?? "-"}, driver {order.Driver ?? "-"}");
        Line(
            story,
            $"  promised {Time(order.EstimatedReadyAt)}, ready {Time(order.ReadyAt)}{(order.LateSince is null ? "" : $", late since {Time(order.LateSince)}")}"
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
                ? "  no payment was begun"
                : $"  payment {Word(payment.Status)}, {payment.Amount}, requested {Time(payment.RequestedAt)}, settled {Time(payment.SettledAt)}, reference {payment.Reference ?? "-"}{(payment.Reason is null ? "" : $", {payment.Reason}")}{(payment.RefundDueSince is null ? "" : $", refund owed since {Time(payment.RefundDueSince)}")}"
        );
        foreach (var corruption in order.Corruptions())
        {
            Line(story, $"  CORRUPT {corruption.Name}: {corruption.Detail} (fix-corrupted-orders)");
        }
    }

    private async Task Tell(StringBuilder story, Order order, Payment? payment, CancellationToken cancellationToken)
    {
        TellState(story, order, payment);
        var handled = await Handled(order, cancellationToken);

        Line(story);
        Line(story, "What happened (UTC):");
        foreach (var entry in order.History.OrderBy(entry => entry.At))
        {
            Line(
                story,
                $"  {Time(entry.At)}  {entry.Type, -22} by {entry.Actor}, version {entry.Version}, event {entry.Id:N}, trace {entry.TraceId ?? "-"}"
            );
            TellHandlers(story, handled, entry.Id);
        }

        // What came from requests with a key, and events of which the order itself has no record.
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

        await TellUnfinished(story, order.Id, cancellationToken);
    }

    private async Task TellUnfinished(StringBuilder story, string id, CancellationToken cancellationToken)
    {
        Line(story);
        Line(story, "Stored and not yet published:");
        var waiting = await database.Waiting(id, before: null, MostWaiting, cancellationToken);
        foreach (var entry in waiting)
        {
            Line(story, $"  {entry.Type, -22} event {entry.EventId:N}, since {Time(entry.StoredAt)}");
        }

        if (waiting.Count == 0)
        {
            Line(story, "  nothing");
        }

        Line(story);
        Line(story, "Laid aside by Order's own consumers (reprocess-errors; the worker and the kitchen have their own):");
        try
        {
            var aside = (await errors.Look(MostLaidAside, cancellationToken))
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
            Line(story, $"  the broker can't be asked: {e.Message}");
        }
    }

    private static void TellHandlers(StringBuilder story, IEnumerable<HandledEntry> handled, Guid eventId)
    {
        foreach (var handler in handled.Where(each => each.Message.MessageId == eventId))
        {
            Line(story, $"      handled {Time(handler.At)} by {handler.Message.Consumer}{Attempts(handler)}");
        }
    }

    private async Task<IReadOnlyList<HandledEntry>> Handled(Order order, CancellationToken cancellationToken)
    {
        var told = await notifications.List(
            Query<Notification>
                .All.Where(OrderDocuments.ForCustomer, order.Customer.Id, Notification.ToManagers)
                .NewestFirst(OrderDocuments.NotifiedAt)
                .First(MostNotifications),
            cancellationToken
        );
        var handled = new List<HandledEntry>();
        handled.AddRange(await database.Handled(OrderDocuments.Orders, order.Id, cancellationToken));
        handled.AddRange(await database.Handled(OrderDocuments.Payments, order.Id, cancellationToken));
        foreach (var notification in told.Where(each => each.OrderId == order.Id))
        {
            handled.AddRange(await database.Handled(OrderDocuments.Notifications, notification.Id, cancellationToken));
        }

        return [.. handled.OrderBy(each => each.At)];
    }
}
