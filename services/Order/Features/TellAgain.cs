using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.OrderService.Features;

/// <summary>How patient <see cref="TellAgain"/> is.</summary>
public sealed class TellAgainOptions
{
    /// <summary>For so long nobody must have been heard: what is younger is on its way. 1 s to 10 min.</summary>
    public TimeSpan After { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often the scheduler has it look. 1 s to 10 min.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Reads them.</summary>
public static class TellAgainRegistration
{
    private const string AfterSetting = "TellAgain:After";
    private const string EverySetting = "TellAgain:Every";

    /// <summary>Bounds of both, in seconds.</summary>
    private static readonly (double Least, double Most) Seconds = (1, 600);

    /// <summary>As configured; what is malformed ends the process at start.</summary>
    public static TellAgainOptions TellAgainOptions(this IHostApplicationBuilder builder)
    {
        var options = new TellAgainOptions();
        options.After = Read(builder, AfterSetting) ?? options.After;
        options.Every = Read(builder, EverySetting) ?? options.Every;
        return options;
    }

    private static TimeSpan? Read(IHostApplicationBuilder builder, string setting)
    {
        if (builder.Configuration[setting] is not { Length: > 0 } text)
        {
            return null;
        }

        if (Drain.Parse(text) is { } time && time.TotalSeconds >= Seconds.Least && time.TotalSeconds <= Seconds.Most)
        {
            return time;
        }

        builder.ReportFault(setting.Replace(":", "__", StringComparison.Ordinal), "is not a time from 1 s to 10 min");
        return null;
    }
}

/// <summary>
/// Finds by the checks of <c>fix-corrupted-orders</c> what nobody seems to have heard, and tells it again: after messages were lost at
/// the broker every order goes on without an operator. Looks at open orders, tickets in the kitchen and owed refunds only, so a look
/// costs what is open and not what is stored.
/// </summary>
public sealed partial class TellAgain(
    IRepository<Order> orders,
    IRepository<Payment> payments,
    StalledOrders stalled,
    KitchenClient kitchen,
    TellAgainOptions options,
    ILogger<TellAgain> logger
)
{
    private const int MostRefunds = 1000;

    private static readonly OrderStatus[] Open = [OrderStatus.Pending, OrderStatus.Confirmed, OrderStatus.Cooking, OrderStatus.Ready];

    /// <summary>Looks once. Twice at the same time is safe.</summary>
    /// <param name="cause">Who and when.</param>
    /// <param name="cancellationToken">Ends it between two orders.</param>
    /// <returns>How many orders were told, or told something.</returns>
    public async Task<int> Handle(Cause cause, CancellationToken cancellationToken)
    {
        var since = cause.At - options.After;

        // The tickets first: an order that is confirmed afterwards does not lack its ticket.
        var tickets = await Tickets(cancellationToken);
        var elsewhere = tickets?.Keys.ToHashSet(StringComparer.Ordinal) ?? [];
        var told = 0;
        await foreach (var page in orders.ByTime(from: null, since, Open, cancellationToken))
        {
            foreach (var order in page)
            {
                elsewhere.Remove(order.Id);
                told += await Look(order, tickets, since, cause, cancellationToken);
            }
        }

        // Tickets of orders that are young, or delivered or cancelled by now.
        foreach (var id in elsewhere)
        {
            if (await orders.Find(id, cancellationToken) is { } order)
            {
                told += await Look(order, tickets, since, cause, cancellationToken);
            }
        }

        var owing = await orders.List(
            Query<Order>
                .All.Between(OrderDocuments.RefundOwedAt, from: null, since)
                .Ascending(OrderDocuments.RefundOwedAt)
                .First(MostRefunds),
            cancellationToken
        );
        foreach (var order in owing)
        {
            told += await Look(order, tickets: null, since, cause, cancellationToken);
        }

        return told + await LookAtPayments(since, cause, cancellationToken);
    }

    private async Task<int> LookAtPayments(DateTimeOffset since, Cause cause, CancellationToken cancellationToken)
    {
        var told = 0;
        var due = await payments.List(
            Query<Payment>
                .All.Between(OrderDocuments.RefundDueSince, from: null, since)
                .Ascending(OrderDocuments.RefundDueSince)
                .First(MostRefunds),
            cancellationToken
        );
        foreach (var payment in due)
        {
            if (StalledOrders.Owed(payment, since) is { } owed)
            {
                LogFound(logger, payment.Id, owed.Corruption.Name, owed.Corruption.Detail, owed.Remedy);
                await payments.Change(payment.Id, current => current.RequestRefund(cause), handled: null, cancellationToken);
                told++;
            }
        }

        return told;
    }

    private async Task<int> Look(
        Order order,
        IReadOnlyDictionary<string, TicketSteps>? tickets,
        DateTimeOffset since,
        Cause cause,
        CancellationToken cancellationToken
    )
    {
        if (await stalled.Find(order, tickets, since, cause.At - ExpireUnpaidOrders.Patience, cancellationToken) is not { } stall)
        {
            return 0;
        }

        LogFound(logger, order.Id, stall.Corruption.Name, stall.Corruption.Detail, stall.Remedy);
        return await stalled.Mend(order, stall, cause, cancellationToken) ? 1 : 0;
    }

    private async Task<IReadOnlyDictionary<string, TicketSteps>?> Tickets(CancellationToken cancellationToken)
    {
        try
        {
            return await kitchen.Tickets(cancellationToken);
        }
        catch (ServiceUnavailableException)
        {
            // What the kitchen has to do with waits for the next look.
            return null;
        }
    }

    [LoggerMessage(121, LogLevel.Warning, "Order {order_id} stood still, {corruption}: {detail}; {remedy}", EventName = "told_again")]
    private static partial void LogFound(ILogger logger, string order_id, string corruption, string detail, string remedy);
}
