using System.Globalization;
using System.Text;
using MariosPizzeria.BuildingBlocks.Scheduling;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.Worker.Mail;

namespace MariosPizzeria.Worker.Reports;

/// <summary>
/// Stores the figures of the business day that has ended, and of earlier days without a report, and mails them to the configured recipient.
/// The day's id and the record of its mail ensure that a repeated event has no further effect.
/// </summary>
public sealed partial class MakeDailyReport(
    IRepository<DailyReport> reports,
    IMeasures<Order> measures,
    BusinessDays days,
    OnceOnlyMailer mail,
    MailOptions options,
    TimeProvider time,
    ILogger<MakeDailyReport> logger
) : IScheduledJob
{
    // The longest downtime of the scheduler, in days, after which all missing reports are made.
    private const int DaysBack = 7;
    private const int PizzasNamed = 5;

    public string Name => ScheduledJobs.DailyReport;

    public async Task<int> RunAsync(Cause cause, Guid dueId, CancellationToken cancellationToken)
    {
        var made = 0;
        var today = days.DayOf(cause.At);
        var past = Enumerable.Range(1, DaysBack).Select(back => today.AddDays(-back)).Reverse().ToList();
        var slices = await measures.SumSlicesAsync(
            OrderDocuments.PlacedAt,
            [.. past.Append(today).Select(days.StartOf)],
            cancellationToken
        );
        foreach (var (day, slice) in past.Zip(slices))
        {
            if (slice.Documents > 0 || day == past[^1])
            {
                made += await ReportAsync(day, OrderMeasures.FiguresOf(slice), cancellationToken) ? 1 : 0;
            }
        }

        return made;
    }

    private static string Text(DailyReport report)
    {
        var summary = SummaryResponse.Of(report.Figures);
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"Orders: {summary.Orders}, delivered {summary.Delivered}, cancelled {summary.Cancelled}\n"
        );
        text.Append(CultureInfo.InvariantCulture, $"Revenue: {summary.Revenue} {Money.Currency}, {summary.AverageOrderValue} an order\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"Ready when promised: {summary.Promise.Kept} of {summary.Promise.Orders}; promised {summary.Promise.AveragePromisedMinutes ?? 0} minutes, took {summary.Promise.AverageActualMinutes ?? 0}\n\n"
        );
        foreach (var pizza in report.Figures.Pizzas.OrderByDescending(pizza => pizza.Quantity).Take(PizzasNamed))
        {
            text.Append(CultureInfo.InvariantCulture, $"{pizza.Quantity} x {pizza.Name}: {pizza.Revenue}\n");
        }

        return text.ToString();
    }

    private async Task<bool> ReportAsync(DateOnly day, Figures figures, CancellationToken cancellationToken)
    {
        var id = DailyReport.IdOf(day);
        var isNew = false;
        if (await reports.FindAsync(id, cancellationToken) is null)
        {
            var pizzas = await measures.SumPartsAsync(
                Query<Order>.All.Between(OrderDocuments.PlacedAt, days.StartOf(day), days.EndOf(day)),
                cancellationToken
            );
            var report = DailyReport.Of(day, figures with { Pizzas = [.. pizzas.Select(OrderMeasures.FiguresOf)] }, time.GetUtcNow());
            isNew = await reports.AddAsync(report, [], handled: null, cancellationToken);
        }

        if (isNew)
        {
            LogMade(logger, id);
        }

        if (options is not { IsConfigured: true, ReportsTo: { } reader })
        {
            return isNew;
        }

        await mail.SendAsync(
            $"report-{id}",
            async () =>
                await reports.FindAsync(id, cancellationToken) is { MailedAt: null } report
                    ? new($"report-{id}", reader.Address, $"Mario's Pizzeria on {id}", Text(report))
                    : null,
            async _ =>
                (await reports.UpdateAsync(id, report => report.Mail(time.GetUtcNow()), handled: null, CancellationToken.None)).OrThrow(),
            cancellationToken
        );
        return isNew;
    }

    [LoggerMessage(260, LogLevel.Information, "Day {day} is reported", EventName = "day_reported")]
    private static partial void LogMade(ILogger logger, string day);
}
