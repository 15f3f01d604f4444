using System.Runtime.CompilerServices;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.OrderService.Jobs;

namespace MariosPizzeria.OrderService.Features;

/// <summary>A corruption, and what was, or would be, done about it.</summary>
/// <param name="OrderId">The id of the order; null if the finding is not about one order.</param>
/// <param name="Corruption">What is wrong.</param>
/// <param name="Remedy">How it is repaired.</param>
/// <param name="IsRepaired">Whether this run repaired it.</param>
public sealed record Finding(string? OrderId, Corruption Corruption, string Remedy, bool IsRepaired);

/// <summary>
/// Finds named corruptions, and repairs them on request: each with an audit event in the history of the order, and with a backup of the
/// overwritten order. A finding is checked again when it is repaired, so this may run at any time and concurrently.
/// </summary>
public sealed class RepairOrders(
    IRepository<Order> orders,
    IRepository<OrderBackup> backups,
    StalledOrders stalled,
    KitchenClient kitchen,
    IDocumentDatabase database,
    TimeProvider time
)
{
    private const string Operator = "operator";
    private const int MostEvents = 1000;

    private static readonly TimeSpan PublishedWithin = TimeSpan.FromMinutes(1);

    /// <summary>Returns all corruptions, as they are found.</summary>
    /// <param name="stuckAfter">How long an order may make no progress although it does not wait for a person.</param>
    /// <param name="cancellationToken">Stops the run between two orders.</param>
    public async IAsyncEnumerable<Finding> Handle(
        bool mend,
        TimeSpan stuckAfter,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // The tickets are read first, so that an order that is placed afterwards is not reported as an order without its ticket.
        var tickets = await kitchen.TryListTicketsAsync(cancellationToken);
        var now = time.GetUtcNow();
        await foreach (var page in orders.ByTime(from: null, before: null, statuses: [], cancellationToken))
        {
            foreach (var order in page)
            {
                foreach (var corruption in order.Corruptions())
                {
                    yield return new(
                        order.Id,
                        corruption,
                        "compute the total from the lines, and the status from the times",
                        mend && await RepairAsync(order.Id, cancellationToken)
                    );
                }

                var since = now - stuckAfter;
                if (await stalled.FindAsync(order, tickets, since, unpaidSince: since, cancellationToken) is { } stall)
                {
                    yield return new(
                        order.Id,
                        stall.Corruption,
                        stall.Remedy,
                        mend && await stalled.RepairAsync(order, stall, Cause(), cancellationToken)
                    );
                }
            }
        }

        foreach (var ticket in tickets?.Keys ?? [])
        {
            if (await orders.FindAsync(ticket, cancellationToken) is null)
            {
                yield return new(
                    ticket,
                    new(Corruptions.TicketWithoutOrder, "the kitchen has a ticket of an order that does not exist"),
                    "withdraw the ticket, unless a chef has started it",
                    mend && await kitchen.WithdrawAsync(ticket, orderVersion: null, cancellationToken)
                );
            }
        }

        if (tickets is null)
        {
            yield return new(
                OrderId: null,
                new(Corruptions.TicketWithoutOrder, "the kitchen does not answer, so its tickets were not checked"),
                "run this command again when it answers",
                IsRepaired: false
            );
        }

        if (await database.ListPendingAsync(about: null, now - PublishedWithin, MostEvents, cancellationToken) is { Count: > 0 } waiting)
        {
            yield return new(
                OrderId: null,
                new(
                    Corruptions.UnpublishedEvents,
                    $"{waiting.Count} events are not published; the oldest, {waiting[0].Type}, since {waiting[0].StoredAt:u}"
                ),
                "any process of this service publishes them when it can reach the broker",
                IsRepaired: false
            );
        }
    }

    /// <summary>Restores an order as it was before its last repair.</summary>
    /// <returns>The order, or <c>not-found</c> if it was never repaired.</returns>
    public async Task<Result<Order>> UndoAsync(string orderId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var kept = await backups.ListAsync(
                Query<OrderBackup>.All.Where(OrderDocuments.BackupOf, orderId).NewestFirst(OrderDocuments.BackedUpAt).First(1),
                cancellationToken
            );
            if (kept is not [var backup] || await orders.FindAsync(orderId, cancellationToken) is not { } order)
            {
                return Error.NotFound("repaired order", orderId);
            }

            var (restored, events) = order.Restore(backup, Cause());
            if (await orders.SaveAsync(restored, events, handled: null, cancellationToken) == SaveResult.Saved)
            {
                return restored;
            }
        }
    }

    private async Task<bool> RepairAsync(string orderId, CancellationToken cancellationToken)
    {
        // Two copies: one is stored as the backup, the other is repaired.
        while (
            await orders.FindAsync(orderId, cancellationToken) is { } asItIs
            && await orders.FindAsync(orderId, cancellationToken) is { } order
        )
        {
            if (order.Version != asItIs.Version)
            {
                continue;
            }

            var backup = OrderBackup.Of(asItIs, time.GetUtcNow());
            var events = order.Repair(backup.Id, Cause()).OrThrow();
            if (events.Count == 0)
            {
                return true;
            }

            // The backup is stored first: a repair without a backup could not be undone, while a backup without a repair does no harm.
            await backups.AddAsync(backup, [], handled: null, cancellationToken);
            if (await orders.SaveAsync(order, events, handled: null, cancellationToken) == SaveResult.Saved)
            {
                return true;
            }
        }

        return false;
    }

    private Cause Cause() => new(Operator, time.GetUtcNow());
}
