using MariosPizzeria.ProcessHost.Chaos;
using static MariosPizzeria.ProcessHost.Tests.Chaos.LedgerBooks;

namespace MariosPizzeria.ProcessHost.Tests.Chaos;

/// <summary>The ledger detects every deviation: each is planted, found in its row, and named.</summary>
public sealed class LedgerTests
{
    private static readonly Dictionary<string, (string Row, string Named, Func<LedgerInput, LedgerInput> Plant)> Planted = new()
    {
        ["a server was killed too seldom"] = ("killed often enough", "redis", books => books with { KillsWanted = 3 }),
        ["an order was refused"] = ("accepted", "key of nobody", books => books with { Guests = [.. books.Guests, Refused()] }),
        ["an accepted order is not stored"] = (
            "lost",
            Cash,
            books => books with { Orders = [.. books.Orders.Where(order => order.Id != Cash)] }
        ),
        ["a cancellation was forgotten"] = ("lost", Cash, books => books with { Recorded = Also(books, Cash, Steps.Cancelled) }),
        ["a delivery was forgotten"] = ("lost", Cancelled, books => books with { Recorded = Also(books, Cancelled, Steps.Delivered) }),
        ["a step of the kitchen was forgotten"] = ("lost", Card, books => books.With(Card, order => order with { WasReady = false })),
        ["one key made two orders"] = ("doubled", "key of cash-delivered", Twice),
        ["an order is stored that nobody was told of"] = (
            "doubled",
            "stranger",
            books => books with { Orders = [.. books.Orders, books.Orders[0] with { Id = "stranger", Scope = "another" }] }
        ),
        ["two orders are of one request"] = (
            "doubled",
            Card,
            books => books.With(Card, order => order with { Scope = "scope of " + Cash })
        ),
        ["two orders of a day have one number"] = (
            "doubled",
            "have the same number",
            books => books with { Orders = [.. books.Orders.Select(order => order with { Number = ("2026-03-01", 47) })] }
        ),
        ["a step happened twice"] = (
            "doubled",
            Card,
            books => books.With(Card, order => order with { Events = [.. order.Events, ("another", "OrderDelivered")] })
        ),
        ["an undo was forgotten"] = (
            "lost",
            Cash,
            books => books with { Back = Also(books, Cash, StepBack.OfDelivery, asked: 1, told: 1) }
        ),
        ["a step of the kitchen went back by itself"] = (
            "steps back",
            Cash,
            books => books.With(Cash, order => order with { Events = [.. order.Events, ("another", "TicketStepUndone")] })
        ),
        ["a delivery failed twice and was asked for once"] = (
            "steps back",
            Card,
            books => books.With(Card, order => order with { Events = [.. order.Events, ("another", "DeliveryFailed")] })
        ),
        ["an order was seen to go back and no step of it was"] = (
            "steps back",
            Cash,
            books => books with { Seen = [.. books.Seen, new(Cash, 3, "ready"), new(Cash, 4, "confirmed")] }
        ),
        ["an order was seen in two states at once"] = (
            "steps back",
            Cash,
            books => books with { Seen = [.. books.Seen, new(Cash, 3, "ready"), new(Cash, 3, "delivered")] }
        ),
        ["an order ends as delivered though that was undone"] = (
            "steps back",
            Card,
            books => books.With(Card, order => order with { Events = [.. order.Events, ("another", "DeliveryUndone")] })
        ),
        ["two messages were handled as one"] = ("doubled", "x: 2 messages", books => books with { HandledTwice = ["x: 2 messages"] }),
        ["an order is not at its end"] = ("stuck", Card, books => books.With(Card, order => order with { Status = "confirmed" })),
        ["a wish to cancel was never answered"] = ("stuck", Card, books => books.With(Card, order => order with { HasWish = true })),
        ["a refund is owed"] = ("stuck", Refunded, books => books.With(Refunded, order => order with { PaymentStatus = "paid" })),
        ["an order has another price"] = ("sum of all orders", Card, books => books.With(Card, order => order with { Total = 11 })),
        ["a ticket is missing"] = (
            "tickets",
            Card,
            books => books with { Tickets = [.. books.Tickets.Where(ticket => ticket.OrderId != Card)] }
        ),
        ["the kitchen has a ticket of a cancelled order"] = (
            "tickets",
            Declined,
            books => books with { Tickets = [.. books.Tickets, new(Declined, "queued", HasLeft: false)] }
        ),
        ["a ticket has no order"] = (
            "tickets",
            "stranger",
            books => books with { Tickets = [.. books.Tickets, new("stranger", "ready", HasLeft: true)] }
        ),
        ["a payment is missing"] = (
            "payments",
            Card,
            books => books with { Payments = [.. books.Payments.Where(payment => payment.OrderId != Card)] }
        ),
        ["a payment has no order"] = (
            "payments",
            "stranger",
            books => books with { Payments = [.. books.Payments, new("stranger", "collected", IsCash: false, 10)] }
        ),
        ["another amount was paid"] = (
            "payments",
            Card,
            books => books with { Payments = [.. books.Payments.Select(each => each.OrderId == Card ? each with { Amount = 9 } : each)] }
        ),
        ["a card was charged twice"] = (
            "charges at the provider",
            Card,
            books => books with { Provider = [new(Card, 2, 20, 0), books.Provider[1]] }
        ),
        ["a refund did not reach the card"] = (
            "charges at the provider",
            Refunded,
            books => books with { Provider = [books.Provider[0], new(Refunded, 1, 10, 0)] }
        ),
        ["a pizza was not paid"] = ("charges at the provider", Card, books => books with { Provider = [books.Provider[1]] }),
        ["a notification is missing"] = (
            "notifications",
            Declined,
            books => books with { Notifications = [.. books.Notifications.Where(each => each.OrderId != Declined)] }
        ),
        ["a guest was told twice"] = (
            "notifications",
            Cash,
            books => books with { Notifications = [.. books.Notifications, .. Notifications(Cash, "order_ready")] }
        ),
        ["the report counts a pizza too many"] = (
            "report: pizzas",
            "margherita",
            books => books with { Reported = books.Reported with { Pizzas = new Dictionary<string, int> { ["margherita"] = 3 } } }
        ),
        ["the report forgot a guest's order"] = (
            "report: customers",
            "anna",
            books => books with { Reported = books.Reported with { Guests = Customers(1, 10) } }
        ),
        ["the API lists another status"] = (
            "listed by the API",
            Cash,
            books => books with { Listed = new Dictionary<string, string>(books.Listed) { [Cash] = "ready" } }
        ),
        ["a client got an answer that is none"] = (
            "answers",
            "GET /api/menu: 502",
            books => books with { Unclear = new Dictionary<string, int> { ["GET /api/menu: 502"] = 1 } }
        ),
        ["an event was not published"] = ("outboxes", "orderdb", books => books with { Outboxes = [new("orderdb", 1, 60)] }),
        ["a message was not handled"] = (
            "messages in queues",
            "worker-charge-card",
            books => books with { Queues = new Dictionary<string, long> { ["worker-charge-card"] = 1 } }
        ),
        ["a message was dead-lettered"] = (
            "dead letters",
            "worker-charge-card_error",
            books => books with { Queues = new Dictionary<string, long> { ["worker-charge-card_error"] = 1 } }
        ),
        ["a slot of the kitchen was left behind"] = ("orphan locks", Card, books => books with { Slots = [Card] }),
        ["a lock was left behind"] = ("orphan locks", "a lock", books => books with { Locks = ["a lock"] }),
    };

    public static TheoryData<string> Deviations => [.. Planted.Keys];

    [Fact]
    public void Books_without_a_deviation_make_a_ledger_that_is_right() =>
        Ledger.Of(AllRight()).ShouldAllBe(row => row.Ok && row.Deviations.Count == 0);

    [Theory]
    [MemberData(nameof(Deviations))]
    public void A_deviation_is_found_and_named(string deviation)
    {
        var (name, named, plant) = Planted[deviation];

        var row = Ledger.Of(plant(AllRight())).Single(row => row.Name == name);

        row.Ok.ShouldBeFalse();
        row.Deviations.ShouldContain(each => each.Contains(named));
    }

    [Theory]
    [InlineData("report: orders")]
    [InlineData("report: delivered")]
    [InlineData("report: cancelled")]
    [InlineData("report: active")]
    [InlineData("report: revenue")]
    public void A_figure_of_the_reports_that_is_not_that_of_the_orders_is_found(string name)
    {
        var figures = AllRight().Reported;
        var wrong = figures with
        {
            Orders = figures.Orders + 1,
            Delivered = figures.Delivered + 1,
            Cancelled = figures.Cancelled + 1,
            Active = figures.Active + 1,
            Revenue = figures.Revenue + 1,
        };

        Ledger.Of(AllRight() with { Reported = wrong }).Single(row => row.Name == name).Ok.ShouldBeFalse();
    }

    private static GuestOrder Refused() =>
        new()
        {
            Key = "key of nobody",
            Guest = new("bruno", "test"),
            Lines = [],
            IsPickup = true,
            CardToken = null,
            Refusal = "400 validation",
        };

    private static LedgerInput Twice(LedgerInput books)
    {
        books.Guests.First().Accept("another");
        return books;
    }

    private static Dictionary<(string, StepBack), StepsBack> Also(LedgerInput books, string id, StepBack step, int asked, int told) =>
        new(books.Back) { [(id, step)] = new(asked, told) };

    private static Dictionary<string, Steps> Also(LedgerInput books, string id, Steps step) => new(books.Recorded) { [id] = step };
}
