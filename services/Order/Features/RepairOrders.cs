using System.Runtime.CompilerServices;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.OrderService.Features;

/// <summary>One thing that is wrong, and what was, or would be, done about it.</summary>
/// <param name="OrderId">Which order; null where it is about none in particular.</param>
/// <param name="Corruption">What is wrong.</param>
/// <param name="Remedy">What mends it.</param>
/// <param name="IsMended">Whether that was done now.</param>
public sealed record Finding(string? OrderId, Corruption Corruption, string Remedy, bool IsMended);

/// <summary>
/// Looks for named corruptions, and mends them where it is told to: each with an audit event in the order's history, and with a backup of
/// what is overwritten. What it finds it judges again when it mends it, so it may run at any time and twice at once.
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

    /// <summary>All that is wrong, as it is found.</summary>
    /// <param name="mend">Whether to mend it.</param>
    /// <param name="stuckAfter">How long an order may stand still where nobody need do anything.</param>
    /// <param name="cancellationToken">Ends it between two orders.</param>
    public async IAsyncEnumerable<Finding> Handle(
        bool mend,
        TimeSpan stuckAfter,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // The tickets first: an order that is placed afterwards is no order that lacks its ticket.
        var tickets = await Tickets(cancellationToken);
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
                        "its total follows from its lines, its status from its times",
                        mend && await Mend(order.Id, cancellationToken)
                    );
                }

                var since = now - stuckAfter;
                if (await stalled.Find(order, tickets, since, unpaidSince: since, cancellationToken) is { } stall)
                {
                    yield return new(
                        order.Id,
                        stall.Corruption,
                        stall.Remedy,
                        mend && await stalled.Mend(order, stall, Cause(), cancellationToken)
                    );
                }
            }
        }

        foreach (var ticket in tickets?.Keys ?? [])
        {
            if (await orders.Find(ticket, cancellationToken) is null)
            {
                yield return new(
                    ticket,
                    new(Corruptions.TicketWithoutOrder, "the kitchen has a ticket of an order that is not there"),
                    "the ticket is withdrawn, unless a chef has it",
                    mend && await kitchen.Withdraw(ticket, cancellationToken)
                );
            }
        }

        if (tickets is null)
        {
            yield return new(
                OrderId: null,
                new(Corruptions.TicketWithoutOrder, "the kitchen does not answer, so its tickets were not looked at"),
                "to be run again when it does",
                IsMended: false
            );
        }

        if (await database.Waiting(about: null, now - PublishedWithin, MostEvents, cancellationToken) is { Count: > 0 } waiting)
        {
            yield return new(
                OrderId: null,
                new(
                    Corruptions.UnpublishedEvents,
                    $"{waiting.Count} events wait, the oldest, {waiting[0].Type}, since {waiting[0].StoredAt:u}"
                ),
                "any process of this service publishes them once it reaches the broker",
                IsMended: false
            );
        }
    }

    /// <summary>Puts an order back as it was before its last repair.</summary>
    /// <returns>The order, or <c>not-found</c> where it never was repaired.</returns>
    public async Task<Outcome<Order>> Undo(string orderId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var kept = await backups.List(
                Query<OrderBackup>.All.Where(OrderDocuments.BackupOf, orderId).NewestFirst(OrderDocuments.BackedUpAt).First(1),
                cancellationToken
            );
            if (kept is not [var backup] || await orders.Find(orderId, cancellationToken) is not { } order)
            {
                return Fault.NotFound("repaired order", orderId);
            }

            var (restored, events) = order.Restore(backup, Cause());
            if (await orders.Save(restored, events, handled: null, cancellationToken) == SaveResult.Saved)
            {
                return restored;
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, TicketSteps>?> Tickets(CancellationToken cancellationToken)
    {
        try
        {
            return await kitchen.Tickets(cancellationToken);
        }
        catch (ServiceUnavailableException)
        {
            return null;
        }
    }

    private async Task<bool> Mend(string orderId, CancellationToken cancellationToken)
    {
        // Two copies: one is kept as it is, one is mended.
        while (await orders.Find(orderId, cancellationToken) is { } asItIs && await orders.Find(orderId, cancellationToken) is { } order)
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

            // Kept first: a repair without its backup could not be undone, a backup without its repair harms nobody.
            await backups.Add(backup, [], handled: null, cancellationToken);
            if (await orders.Save(order, events, handled: null, cancellationToken) == SaveResult.Saved)
            {
                return true;
            }
        }

        return false;
    }

    private Cause Cause() => new(Operator, time.GetUtcNow());
}
