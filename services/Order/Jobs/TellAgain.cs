using MariosPizzeria.BuildingBlocks.Scheduling;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.OrderService.Jobs;

/// <summary>The timing of <see cref="TellAgain"/>.</summary>
public sealed class TellAgainOptions
{
    /// <summary>
    /// How old an event without an effect must be to count as lost; a younger one may still be in transit. 1 s to 10 min.
    /// </summary>
    public TimeSpan After { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often the scheduler runs the job. 1 s to 10 min.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The pause for each order that was checked; used if the sum is longer than <see cref="Every"/>. With thousands of open orders, a
    /// check each minute would cost more than everything else in an idle system.
    /// </summary>
    public TimeSpan RestPerOrder { get; set; } = TimeSpan.FromMilliseconds(10);
}

/// <summary>Reads the options.</summary>
public static class TellAgainRegistration
{
    /// <summary>Returns the configured options; a malformed value ends the process at startup.</summary>
    public static TellAgainOptions TellAgainOptions(this IHostApplicationBuilder builder)
    {
        var options = new TellAgainOptions();
        options.After = builder.ReadTime("TellAgain:After", options.After);
        options.Every = builder.ReadTime("TellAgain:Every", options.Every);
        return options;
    }
}

/// <summary>
/// Finds lost events with the checks of <c>fix-corrupted-orders</c>, and publishes or applies them again: after messages were lost at the
/// broker, every order continues without an operator. Checks open orders, tickets in the kitchen and owed refunds only, so that the cost
/// depends on the open orders and not on all stored ones.
/// </summary>
public sealed partial class TellAgain(
    IRepository<Order> orders,
    IRepository<Payment> payments,
    StalledOrders stalled,
    KitchenClient kitchen,
    TellAgainOptions options,
    ILogger<TellAgain> logger
) : IScheduledJob
{
    private const int MaxRefunds = 1000;

    // The upper limit, for any number of orders.
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(10);

    private static readonly OrderStatus[] Open = [OrderStatus.Pending, OrderStatus.Confirmed, OrderStatus.Cooking, OrderStatus.Ready];

    private DateTimeOffset _restsUntil;

    public string Name => ScheduledJobs.TellAgain;

    /// <summary>Runs one check, unless the job pauses. Concurrent runs are safe.</summary>
    /// <returns>The number of orders and payments for which something was published or applied again.</returns>
    public async Task<int> RunAsync(Cause cause, Guid dueId, CancellationToken cancellationToken)
    {
        if (cause.At < _restsUntil)
        {
            return 0;
        }

        var since = cause.At - options.After;

        // The tickets are read first, so that an order that is confirmed afterwards is not reported as an order without its ticket. Without
        // the tickets, the checks that concern the kitchen wait for the next run.
        var tickets = await kitchen.TryListTicketsAsync(cancellationToken);
        var elsewhere = tickets?.Keys.ToHashSet(StringComparer.Ordinal) ?? [];
        var told = 0;
        var looked = 0;
        await foreach (var page in orders.ByTime(from: null, since, Open, cancellationToken))
        {
            looked += page.Count;
            foreach (var order in page)
            {
                elsewhere.Remove(order.Id);
                told += await CheckAsync(order, tickets, since, cause, cancellationToken);
            }
        }

        // Tickets of orders that are recent, or already delivered or cancelled.
        foreach (var id in elsewhere)
        {
            if (await orders.FindAsync(id, cancellationToken) is { } order)
            {
                told += await CheckAsync(order, tickets, since, cause, cancellationToken);
            }
        }

        var owing = await orders.ListAsync(
            Query<Order>
                .All.Between(OrderDocuments.RefundOwedAt, from: null, since)
                .Ascending(OrderDocuments.RefundOwedAt)
                .First(MaxRefunds),
            cancellationToken
        );
        foreach (var order in owing)
        {
            told += await CheckAsync(order, tickets: null, since, cause, cancellationToken);
        }

        told += await CheckPaymentsAsync(since, cause, cancellationToken);
        var rest = looked * options.RestPerOrder;
        if (rest > options.Every)
        {
            _restsUntil = cause.At + (rest < MaxPause ? rest : MaxPause);
        }

        return told;
    }

    private async Task<int> CheckPaymentsAsync(DateTimeOffset since, Cause cause, CancellationToken cancellationToken)
    {
        var told = 0;
        var due = await payments.ListAsync(
            Query<Payment>
                .All.Between(OrderDocuments.RefundDueSince, from: null, since)
                .Ascending(OrderDocuments.RefundDueSince)
                .First(MaxRefunds),
            cancellationToken
        );
        foreach (var payment in due)
        {
            if (StalledOrders.Owed(payment, since) is { } owed)
            {
                LogFound(logger, payment.Id, owed.Corruption.Name, owed.Corruption.Detail, owed.Remedy);
                await payments.ChangeAsync(payment.Id, current => current.RequestRefund(cause), handled: null, cancellationToken);
                told++;
            }
        }

        return told;
    }

    private async Task<int> CheckAsync(
        Order order,
        IReadOnlyDictionary<string, TicketSteps>? tickets,
        DateTimeOffset since,
        Cause cause,
        CancellationToken cancellationToken
    )
    {
        if (await stalled.FindAsync(order, tickets, since, cause.At - ExpireUnpaidOrders.Timeout, cancellationToken) is not { } stall)
        {
            return 0;
        }

        LogFound(logger, order.Id, stall.Corruption.Name, stall.Corruption.Detail, stall.Remedy);
        return await stalled.RepairAsync(order, stall, cause, cancellationToken) ? 1 : 0;
    }

    [LoggerMessage(
        121,
        LogLevel.Warning,
        "Order {order_id} made no progress, {corruption}: {detail}; remedy: {remedy}",
        EventName = "told_again"
    )]
    private static partial void LogFound(ILogger logger, string order_id, string corruption, string detail, string remedy);
}
