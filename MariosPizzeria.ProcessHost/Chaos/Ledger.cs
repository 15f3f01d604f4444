using System.Text.Json.Serialization;

namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>One check of the ledger.</summary>
/// <param name="Expected">The expected number or sum of money.</param>
/// <param name="Actual">The number or sum that was found.</param>
/// <param name="Deviations">Each order, key, queue or response that is not as expected.</param>
internal sealed record LedgerRow(string Name, decimal Expected, decimal Actual, IReadOnlyList<string> Deviations)
{
    public bool Ok => Expected == Actual && Deviations.Count == 0;

    /// <summary>Whether waiting can't change the row, because it is about responses that clients got.</summary>
    [JsonIgnore]
    public bool IsFinal { get; init; }
}

/// <summary>
/// Compares the responses that guests and staff got with the stores, the provider, the broker and the API after every order is
/// finished. It uses none of the system's own counters, and does not depend on how the system works internally.
/// </summary>
internal sealed class Ledger
{
    // Events that happen to an order more than once if they are requested more than once.
    private static readonly string[] Repeatable =
    [
        "CancellationRequested",
        "CancellationRefused",
        "RefundRequested",
        "OrderLate",
        .. StepsBackRow.Events,
    ];

    private readonly LedgerInput _books;
    private readonly Dictionary<string, StoredOrder> _orders;
    private readonly Dictionary<string, GuestOrder> _guests;

    private Ledger(LedgerInput books)
    {
        _books = books;
        _orders = books.Orders.ToDictionary(order => order.Id, StringComparer.Ordinal);
        _guests = books
            .Guests.SelectMany(guest => guest.Ids, (guest, id) => (guest, id))
            .GroupBy(pair => pair.id, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.First().guest, StringComparer.Ordinal);
    }

    /// <summary>Returns all rows of the ledger.</summary>
    public static IReadOnlyList<LedgerRow> Of(LedgerInput books) => new Ledger(books).Rows();

    private IReadOnlyList<LedgerRow> Rows() =>
        [
            Kills(),
            Accepted(),
            None("lost", Lost()),
            None("doubled", Doubled()),
            None("steps back", StepsBackRow.Deviations(_books)),
            None("stuck", Stuck()),
            Prices(),
            Matching("tickets", _books.Orders.Where(order => order.IsDelivered), Tickets()),
            Matching("payments", _books.Orders.Where(order => !order.IsCash), Payments()),
            Charges(),
            Notifications(),
            .. Reports(),
            Matching("listed by the API", _books.Orders, Listed()),
            None("answers", [.. _books.Unclear.Select(answer => $"{answer.Key} ({answer.Value} times)")]) with
            {
                IsFinal = true,
            },
            None("outboxes", [.. _books.Outboxes.Where(outbox => outbox.Events > 0).Select(outbox => outbox.ToString())]),
            None("messages in queues", Messages(isDeadLetter: false)),
            None("dead letters", Messages(isDeadLetter: true)),
            None("orphan locks", [.. _books.Slots.Select(id => $"{id} holds a slot of the kitchen"), .. _books.Locks]),
        ];

    /// <summary>A row for items that must not exist.</summary>
    private static LedgerRow None(string name, List<string> found) => new(name, 0, found.Count, found);

    /// <summary>A row for a property that each of these orders must have; deviations of other orders are listed, too.</summary>
    private static LedgerRow Matching(string name, IEnumerable<StoredOrder> orders, Dictionary<string, string> deviations)
    {
        string[] ids = [.. orders.Select(order => order.Id)];
        return new(
            name,
            ids.Length,
            ids.Count(id => !deviations.ContainsKey(id)),
            [.. deviations.Select(deviation => $"{deviation.Key}: {deviation.Value}")]
        );
    }

    private LedgerRow Kills() =>
        new(
            "killed often enough",
            _books.Killed.Count,
            _books.Killed.Count(each => each.Value >= _books.KillsWanted),
            [.. _books.Killed.Where(each => each.Value < _books.KillsWanted).Select(each => $"{each.Key} was killed {each.Value} times")]
        );

    private LedgerRow Accepted() =>
        new(
            "accepted",
            _books.Guests.Count,
            _books.Guests.Count(guest => guest.Ids.Count > 0),
            [.. _books.Guests.Where(guest => guest.Ids.Count == 0).Select(guest => $"{guest.Key}: {guest.Refusal ?? "no answer"}")]
        );

    private List<string> Lost()
    {
        var lost = new List<string>();
        lost.AddRange(
            _guests.Where(each => !_orders.ContainsKey(each.Key)).Select(each => $"{each.Key}: accepted as {each.Value.Key}, not stored")
        );
        foreach (var (id, steps) in _books.Recorded)
        {
            if (!_orders.TryGetValue(id, out var order))
            {
                lost.Add($"{id}: reported as {steps}, not stored");
            }
            else if (steps.HasFlag(Steps.Cancelled) && !order.IsCancelled)
            {
                lost.Add($"{id}: reported to its guest as cancelled, but it is {order.Status}");
            }
            else if (steps.HasFlag(Steps.Delivered) && !order.IsDelivered)
            {
                lost.Add($"{id}: reported to its driver as delivered, but it is {order.Status}");
            }
            else if (steps.HasFlag(Steps.Ready) && !order.WasReady && !order.IsCancelled)
            {
                lost.Add($"{id}: reported to its chef as ready, but it is {order.Status}");
            }
        }

        lost.AddRange(
            from back in _books.Back
            where back.Value.Told > (_orders.GetValueOrDefault(back.Key.Id)?.Count(StepsBackRow.EventOf(back.Key.Step)) ?? 0)
            select $"{back.Key.Id}: reported {back.Value.Told} times as undone ({back.Key.Step}), more often than in its history"
        );
        return lost;
    }

    private List<string> Doubled() =>
        [
            .. _books.Guests.Where(guest => guest.Ids.Count > 1).Select(guest => $"{guest.Key}: {string.Join(" and ", guest.Ids)}"),
            .. _orders.Keys.Where(id => !_guests.ContainsKey(id)).Select(id => $"{id}: stored, but not reported to any guest"),
            .. _books
                .Orders.Where(order => order.Scope is not null)
                .GroupBy(order => order.Scope)
                .Where(same => same.Count() > 1)
                .Select(same => $"{string.Join(" and ", same.Select(order => order.Id))} are from one request"),
            .. _books
                .Orders.Where(order => order.Number is not null)
                .GroupBy(order => order.Number)
                .Where(same => same.Count() > 1)
                .Select(same => $"{string.Join(" and ", same.Select(order => order.Id))} have the same number"),
            .. from order in _books.Orders
            from type in order.Events.Distinct().CountBy(entry => entry.Type)
            where type.Value > 1 + StepsBackRow.MayRepeat(order, type.Key) && !Repeatable.Contains(type.Key)
            select $"{order.Id}: {type.Key} happened {type.Value} times",
            .. _books.HandledTwice,
        ];

    private List<string> Stuck() =>
        [
            .. _books.Orders.Where(order => !order.IsDelivered && !order.IsCancelled).Select(order => $"{order.Id}: {order.Status}"),
            .. _books.Orders.Where(order => order.HasWish).Select(order => $"{order.Id}: {order.Status}, but its cancellation is pending"),
            .. _books
                .Orders.Where(order => order is { IsCancelled: true, PaymentStatus: "paid" })
                .Select(order => $"{order.Id}: cancelled, but not refunded"),
        ];

    private LedgerRow Prices()
    {
        var known = _books.Orders.Where(order => _guests.ContainsKey(order.Id)).ToList();
        return new(
            "sum of all orders",
            known.Sum(order => _guests[order.Id].Total),
            known.Sum(order => order.Total),
            [
                .. known
                    .Where(order => order.Total != _guests[order.Id].Total || order.IsCash != (_guests[order.Id].CardToken is null))
                    .Select(order => $"{order.Id}: {Text(order.Total)}, ordered for {Text(_guests[order.Id].Total)}"),
            ]
        );
    }

    private Dictionary<string, string> Tickets()
    {
        var tickets = _books.Tickets.ToDictionary(ticket => ticket.OrderId, StringComparer.Ordinal);
        var deviations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var order in _books.Orders)
        {
            var ticket = tickets.GetValueOrDefault(order.Id);
            if (order.IsDelivered ? ticket is not { State: "ready", HasLeft: true } : ticket is { HasLeft: false })
            {
                deviations[order.Id] =
                    $"{order.Status}, its ticket is {ticket?.State ?? "missing"}{(ticket?.HasLeft == false ? ", in the kitchen" : "")}";
            }
        }

        foreach (var id in tickets.Keys.Where(id => !_orders.ContainsKey(id)))
        {
            deviations[id] = "a ticket without an order";
        }

        return deviations;
    }

    private Dictionary<string, string> Payments()
    {
        var payments = _books.Payments.ToDictionary(payment => payment.OrderId, StringComparer.Ordinal);
        var deviations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var order in _books.Orders)
        {
            var payment = payments.GetValueOrDefault(order.Id);
            var isRight =
                order.IsCash ? payment is null or { IsCash: true } && order.PaymentStatus != "refunded"
                : payment is null || payment.Amount != order.Total ? false
                : order.IsDelivered ? payment.Status == "collected" && order.PaymentStatus == "paid"
                : payment.Status == "failed" || (payment.Status == "refunded" && order.PaymentStatus == "refunded");
            if (!isRight)
            {
                deviations[order.Id] =
                    $"{order.Status} and {order.PaymentStatus}, {Text(order.Total)}; its payment is "
                    + (payment is null ? "missing" : $"{payment.Status}, {Text(payment.Amount)}");
            }
        }

        foreach (var id in payments.Keys.Where(id => !_orders.ContainsKey(id)))
        {
            deviations[id] = "a payment without an order";
        }

        return deviations;
    }

    private LedgerRow Charges()
    {
        var accounts = _books.Provider.ToDictionary(account => account.OrderId, StringComparer.Ordinal);
        var sold = _books.Orders.Where(order => order is { IsDelivered: true, IsCash: false }).ToList();
        var deviations = sold.Where(order => !accounts.ContainsKey(order.Id))
            .Select(order => $"{order.Id}: delivered, but not charged")
            .ToList();
        foreach (var account in _books.Provider)
        {
            var order = _orders.GetValueOrDefault(account.OrderId);
            var due = order is { IsDelivered: true, IsCash: false } ? order.Total : 0;
            if (account.Charges > 1 || account.Charged - account.Refunded != due)
            {
                deviations.Add(
                    $"{account.OrderId}: {order?.Status ?? "not stored"}; charged {Text(account.Charged)} in {account.Charges} charges, refunded {Text(account.Refunded)}"
                );
            }
        }

        return new(
            "charges at the provider",
            sold.Sum(order => order.Total),
            _books.Provider.Sum(account => account.Charged - account.Refunded),
            deviations
        );
    }

    private LedgerRow Notifications()
    {
        var told = _books
            .Notifications.Where(notification => notification is { OrderId: not null, To: not "role:manager" })
            .CountBy(notification => (notification.OrderId!, notification.Type))
            .ToDictionary(
                each => each.Key,
                each =>
                    each.Key.Type == "order_ready" && _orders.GetValueOrDefault(each.Key.Item1) is { } order
                        ? Once(each.Value, StepsBackRow.MayRepeat(order, "OrderReady"))
                        : each.Value
            );
        var due = _books
            .Orders.SelectMany(
                order =>
                    ((string Type, bool IsDue)[])
                        [
                            ("order_confirmed", order.WasConfirmed),
                            ("order_ready", order.WasReady),
                            ("order_delivered", order.IsDelivered),
                            ("order_cancelled", order.IsCancelled),
                        ],
                (order, step) => (Key: (order.Id, step.Type), step.IsDue)
            )
            .ToList();
        return new(
            "notifications",
            due.Count(step => step.IsDue),
            due.Sum(step => told.GetValueOrDefault(step.Key)),
            [
                .. due.Select(step => (step.Key, Due: step.IsDue ? 1 : 0, Told: told.GetValueOrDefault(step.Key)))
                    .Where(step => step.Due != step.Told)
                    .Select(step => $"{step.Key.Id}: {step.Key.Type} was notified {step.Told} times instead of {step.Due}"),
            ]
        );
    }

    // A step that is repeated after an undo sends another notification.
    private static int Once(int told, int repeated) => told > 1 && told <= 1 + repeated ? 1 : told;

    private IReadOnlyList<LedgerRow> Reports()
    {
        var (reported, orders) = (_books.Reported, _books.Orders);
        var sold = orders.Where(order => !order.IsCancelled).ToList();
        var pizzas = sold.SelectMany(order => order.Lines)
            .GroupBy(line => line.PizzaId, StringComparer.Ordinal)
            .ToDictionary(line => line.Key, line => line.Sum(each => each.Quantity), StringComparer.Ordinal);
        var guests = sold.GroupBy(order => order.Customer, StringComparer.Ordinal)
            .ToDictionary(guest => guest.Key, guest => (guest.Count(), guest.Sum(order => order.Total)), StringComparer.Ordinal);
        return
        [
            new("report: orders", orders.Count, reported.Orders, []),
            new("report: delivered", orders.Count(order => order.IsDelivered), reported.Delivered, []),
            new("report: cancelled", orders.Count(order => order.IsCancelled), reported.Cancelled, []),
            new("report: active", orders.Count(order => order is { IsDelivered: false, IsCancelled: false }), reported.Active, []),
            new("report: revenue", sold.Sum(order => order.Total), reported.Revenue, []),
            new("report: pizzas", pizzas.Values.Sum(), reported.Pizzas.Values.Sum(), Different(pizzas, reported.Pizzas)),
            new("report: customers", guests.Count, reported.Guests.Count, Different(guests, reported.Guests)),
        ];
    }

    private static IReadOnlyList<string> Different<T>(IReadOnlyDictionary<string, T> expected, IReadOnlyDictionary<string, T> actual) =>
        [
            .. expected
                .Keys.Union(actual.Keys, StringComparer.Ordinal)
                .Where(key => !Equals(expected.GetValueOrDefault(key), actual.GetValueOrDefault(key)))
                .Select(key => $"{key}: {actual.GetValueOrDefault(key)} instead of {expected.GetValueOrDefault(key)}"),
        ];

    private Dictionary<string, string> Listed()
    {
        var deviations = _books
            .Orders.Where(order => _books.Listed.GetValueOrDefault(order.Id) != order.Status)
            .ToDictionary(
                order => order.Id,
                order => $"{order.Status}, listed as {_books.Listed.GetValueOrDefault(order.Id) ?? "nothing"}",
                StringComparer.Ordinal
            );
        foreach (var id in _books.Listed.Keys.Where(id => !_orders.ContainsKey(id)))
        {
            deviations[id] = "listed, but not stored";
        }

        return deviations;
    }

    private List<string> Messages(bool isDeadLetter) =>
        [
            .. _books
                .Queues.Where(queue => queue.Value > 0 && IsForDeadLetters(queue.Key) == isDeadLetter)
                .Select(queue => $"{queue.Key}: {queue.Value}"),
        ];

    private static bool IsForDeadLetters(string queue) =>
        queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal);

    private static string Text(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);
}
