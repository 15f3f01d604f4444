using System.Globalization;

namespace MariosPizzeria.OrderService.Reports;

/// <summary>Exports the orders of a period as a table, one row per order. docs/operations.md describes the columns.</summary>
public sealed class ExportOrders(IRepository<Order> orders, BusinessDays days, TimeProvider time)
{
    /// <summary>The columns, in their order. Existing spreadsheets depend on it, so new columns are added at the end.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "day",
        "number",
        "id",
        "status",
        "placed_at",
        "customer",
        "fulfilment",
        "pizzas",
        "items",
        "delivery_fee",
        "total",
        "payment_method",
        "payment_status",
        "promised_at",
        "in_hand_at",
        "minutes_late",
        "cancellation_reason",
        "chef",
        "driver",
    ];

    private const string Times = "yyyy-MM-dd'T'HH:mm:sszzz";

    /// <summary>The orders that were placed in a period as CSV, one row per order, oldest first.</summary>
    /// <remarks>
    /// RFC 4180: UTF-8, commas, CRLF, texts in quotes; a text that a spreadsheet would take for a formula begins with an apostrophe.
    /// Columns: day (on which it is due), number, id, status, placed_at, customer, fulfilment, pizzas (how many), items, delivery_fee,
    /// total, payment_method, payment_status, promised_at, in_hand_at, minutes_late, cancellation_reason, chef, driver. Times are ISO 8601
    /// in the shop's time zone, amounts have a point and two decimals, missing values are empty. The response is streamed.
    /// </remarks>
    public static IResult Get([AsParameters] PeriodQuery query, ExportOrders export, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var period = ReportPeriod.Parse(query, export.BusinessDays, export.Today(), errors);
        return errors.ToFault() is { } fault
            ? fault.ToProblem()
            : Results.Stream(
                content => export.WriteAsync(period, content, cancellationToken),
                Csv.ContentType,
                string.Create(CultureInfo.InvariantCulture, $"orders-{period.From:yyyy-MM-dd}-{period.To:yyyy-MM-dd}.csv")
            );
    }

    /// <summary>Writes the table. Only one page of orders at a time is in memory.</summary>
    public async Task WriteAsync(ReportPeriod period, Stream content, CancellationToken cancellationToken)
    {
        var bounds = ReportPeriod.Bounds([period.From], period.To, days);
        await content.WriteAsync(Csv.Of(Columns, []), cancellationToken);
        await foreach (var page in orders.ByTime(bounds[0], bounds[1], [], cancellationToken))
        {
            await content.WriteAsync(Csv.Rows(page.Select(Row)), cancellationToken);
            await content.FlushAsync(cancellationToken);
        }
    }

    private BusinessDays BusinessDays => days;

    private DateOnly Today() => days.DayOf(time.GetUtcNow());

    private object?[] Row(Order order) =>
        [
            (order.Day ?? days.DayOf(order.PlacedAt)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            order.Number,
            order.Id,
            PizzeriaJson.Text(order.Status),
            At(order.PlacedAt),
            order.Customer.Name,
            PizzeriaJson.Text(order.Fulfilment),
            order.Lines.Sum(line => line.Quantity),
            string.Join("; ", order.Lines.Select(Item)),
            order.DeliveryFee,
            order.Total,
            PizzeriaJson.Text(order.PaymentMethod),
            PizzeriaJson.Text(order.PaymentNow()),
            At(order.Promise()),
            At(order.ExpectedHandoverAt()),
            order.LateBy(time.GetUtcNow()) is { } late ? (int)Math.Ceiling(late.TotalMinutes) : null,
            order.CancellationReason,
            order.Chef,
            order.Driver,
        ];

    private static string Item(OrderedLine line)
    {
        var extra = line.ExtraToppings.Count == 0 ? "" : $" + {string.Join(", ", line.ExtraToppings)}";
        return string.Create(CultureInfo.InvariantCulture, $"{line.Quantity} x {line.Name} ({PizzeriaJson.Text(line.Size)}{extra})");
    }

    private string? At(DateTimeOffset? moment) => moment is { } at ? days.Local(at).ToString(Times, CultureInfo.InvariantCulture) : null;
}
