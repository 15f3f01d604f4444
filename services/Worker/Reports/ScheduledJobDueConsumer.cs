using System.Globalization;
using System.Text;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.Worker.Mail;
using MassTransit;

namespace MariosPizzeria.Worker.Reports;

/// <summary>
/// Stores the figures of the day that is over, and of days before it that nobody reported, and mails them to whom the configuration
/// says. The day's id and the record of its mailing make a tick that comes twice do nothing more.
/// </summary>
[ConsumerNames(queue: "worker-make-daily-report", inboxKey: "MakeDailyReport")]
public sealed partial class ScheduledJobDueConsumer(
    IRepository<DailyReport> reports,
    IRepository<FigureDay> days,
    MailOnce mail,
    MailOptions options,
    TimeProvider time,
    ILogger<ScheduledJobDueConsumer> logger
) : IConsumer<ScheduledJobDue>
{
    // A scheduler that was away no longer than this is made good for.
    private const int DaysBack = 7;
    private const int PizzasNamed = 5;

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ScheduledJobDue> context)
    {
        if (context.Message.Job != ScheduledJobs.DailyReport)
        {
            return;
        }

        var today = DateOnly.FromDateTime(context.Message.DueAt.UtcDateTime);
        for (var back = DaysBack; back >= 1; back--)
        {
            var date = today.AddDays(-back);
            var day = await days.Find(FigureDay.IdOf(date), context.CancellationToken);
            if (day is not null || back == 1)
            {
                await Report(day ?? FigureDay.Of(date), context.CancellationToken);
            }
        }
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

    private async Task Report(FigureDay day, CancellationToken cancellationToken)
    {
        if (await reports.Add(DailyReport.Of(day, time.GetUtcNow()), [], handled: null, cancellationToken))
        {
            LogMade(logger, day.Id);
        }

        if (options is not { IsConfigured: true, ReportsTo: { } reader })
        {
            return;
        }

        await mail.Send(
            $"report-{day.Id}",
            async () =>
                await reports.Find(day.Id, cancellationToken) is { MailedAt: null } report
                    ? new($"report-{day.Id}", reader.Address, $"Mario's Pizzeria on {day.Id}", Text(report))
                    : null,
            async _ =>
                (await reports.Update(day.Id, report => report.Mail(time.GetUtcNow()), handled: null, CancellationToken.None)).OrThrow(),
            cancellationToken
        );
    }

    [LoggerMessage(240, LogLevel.Information, "Day {day} is reported", EventName = "day_reported")]
    private static partial void LogMade(ILogger logger, string day);
}
