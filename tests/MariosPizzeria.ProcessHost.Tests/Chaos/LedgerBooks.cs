using MariosPizzeria.ProcessHost.Chaos;

namespace MariosPizzeria.ProcessHost.Tests.Chaos;

/// <summary>Correct ledger input for five orders: one for each way in which an order can end.</summary>
internal static class LedgerBooks
{
    private static readonly Account Anna = new("anna", "test");

    /// <summary>Paid in cash at the counter.</summary>
    public const string Cash = "cash-delivered";

    /// <summary>Paid with a card and delivered.</summary>
    public const string Card = "card-delivered";

    /// <summary>Cancelled, because the card was declined.</summary>
    public const string Declined = "card-declined";

    /// <summary>Cancelled by the guest, and the card payment refunded.</summary>
    public const string Refunded = "card-refunded";

    /// <summary>A cash order that its guest cancelled.</summary>
    public const string Cancelled = "cash-cancelled";

    public static LedgerInput AllRight()
    {
        StoredOrder[] orders =
        [
            Delivered(Cash, isCash: true),
            WithStepsBack(Delivered(Card, isCash: false)),
            CancelledOrder(Declined, isCash: false, "declined", wasConfirmed: false),
            CancelledOrder(Refunded, isCash: false, "refunded", wasConfirmed: true),
            CancelledOrder(Cancelled, isCash: true, "cash_due", wasConfirmed: true),
        ];
        return new()
        {
            Guests = [.. orders.Select(Guest)],
            Recorded = new Dictionary<string, Steps>
            {
                [Cash] = Steps.Ready | Steps.Delivered,
                [Card] = Steps.Ready | Steps.Delivered,
                [Refunded] = Steps.Cancelled,
                [Cancelled] = Steps.Cancelled,
            },
            Back = new Dictionary<(string, StepBack), StepsBack>
            {
                [(Card, StepBack.OfTicket)] = new(Asked: 2, Told: 1),
                [(Card, StepBack.FailedDelivery)] = new(Asked: 1, Told: 1),
                [(Card, StepBack.OfDelivery)] = new(Asked: 1, Told: 1),
            },
            Seen =
            [
                new(Card, 5, "ready"),
                new(Card, 6, "cooking"),
                new(Card, 9, "delivering"),
                new(Card, 10, "ready"),
                new(Card, 12, "delivered"),
            ],
            Orders = orders,
            Payments =
            [
                new(Card, "collected", IsCash: false, 10),
                new(Declined, "failed", IsCash: false, 10),
                new(Refunded, "refunded", IsCash: false, 10),
            ],
            Notifications =
            [
                .. Notifications(Cash, "order_confirmed", "order_ready", "order_delivered"),
                .. Notifications(Card, "order_confirmed", "order_ready", "order_ready", "order_delivered"),
                .. Notifications(Declined, "order_cancelled"),
                .. Notifications(Refunded, "order_confirmed", "order_cancelled"),
                .. Notifications(Cancelled, "order_confirmed", "order_cancelled"),
                new(Cash, "order_late", "role:manager"),
            ],
            Tickets =
            [
                new(Cash, "ready", HasLeft: true),
                new(Card, "ready", HasLeft: true),
                new(Refunded, "withdrawn", HasLeft: true),
                new(Cancelled, "withdrawn", HasLeft: true),
            ],
            Provider = [new(Card, 1, 10, 0), new(Refunded, 1, 10, 10)],
            Listed = orders.ToDictionary(order => order.Id, order => order.Status),
            Reported = new(5, 2, 3, 20, 0, new Dictionary<string, int> { ["margherita"] = 2 }, Customers(2, 20)),
            Outboxes = [new("orderdb", 0, 0)],
            Queues = new Dictionary<string, long> { ["worker-charge-card"] = 0, ["worker-charge-card_error"] = 0 },
            HandledTwice = [],
            Slots = [],
            Locks = [],
            Unclear = new Dictionary<string, int>(),
            Killed = new Dictionary<string, int> { ["order"] = 3, ["redis"] = 2 },
            KillsWanted = 2,
        };
    }

    /// <summary>Returns the same input with one order changed.</summary>
    public static LedgerInput With(this LedgerInput books, string id, Func<StoredOrder, StoredOrder> change) =>
        books with
        {
            Orders = [.. books.Orders.Select(order => order.Id == id ? change(order) : order)],
            // The API lists the changed order. The reports are unchanged, which is right if the change does not affect them.
            Listed = books.Orders.ToDictionary(order => order.Id, order => (order.Id == id ? change(order) : order).Status),
        };

    public static Dictionary<string, (int, decimal)> Customers(int orders, decimal revenue) => new() { ["anna"] = (orders, revenue) };

    public static IEnumerable<StoredNotification> Notifications(string id, params string[] types) =>
        types.Select(type => new StoredNotification(id, type, "anna"));

    private static GuestOrder Guest(StoredOrder order)
    {
        var guest = new GuestOrder
        {
            Key = $"key of {order.Id}",
            Guest = Anna,
            Lines = [new("margherita", "medium", 1, 10)],
            IsPickup = true,
            CardToken = order.IsCash ? null : "tok_ok",
        };
        guest.Accept(order.Id);
        return guest;
    }

    private static StoredOrder Delivered(string id, bool isCash) =>
        Order(id, "delivered", isCash, "paid", wasConfirmed: true, "OrderPlaced", "OrderConfirmed", "OrderReady", "OrderDelivered");

    // Taken out of the oven too early, then the guest was not at home, then handed over at the wrong door.
    private static StoredOrder WithStepsBack(StoredOrder order) =>
        order with
        {
            Events =
            [
                .. order.Events,
                .. new[]
                {
                    "TicketStepUndone",
                    "OrderReady",
                    "DeliveryStarted",
                    "DeliveryFailed",
                    "DeliveryStarted",
                    "DeliveryUndone",
                    "OrderDelivered",
                }.Select((type, at) => ($"{type} {at} of {order.Id}", type)),
            ],
        };

    private static StoredOrder CancelledOrder(string id, bool isCash, string payment, bool wasConfirmed) =>
        Order(id, "cancelled", isCash, payment, wasConfirmed, "OrderPlaced", "OrderCancelled");

    private static StoredOrder Order(string id, string status, bool isCash, string payment, bool wasConfirmed, params string[] events) =>
        new(
            id,
            status,
            "anna",
            10,
            isCash,
            payment,
            $"scope of {id}",
            wasConfirmed,
            WasReady: status == "delivered",
            HasWish: false,
            [("margherita", 1)],
            [.. events.Select(type => ($"{type} of {id}", type))]
        );
}
