using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.OrderService;

/// <summary>Answers as the API's document shows them.</summary>
internal static class Examples
{
    private const string OrderId = "0199f0c4b1e07c3e9a5f1d2c3b4a5968";

    private static readonly DateOnly First = new(2026, 3, 1);
    private static readonly DateOnly Last = new(2026, 3, 31);

    public static OrderResponse Order =>
        new(
            OrderId,
            OrderStatus.Cooking,
            new("5f0c2e3b9d7a4c1e8b6a0d4f2c9e7a1b", "Ada", "+1 555 0100", "1 Main St"),
            [new("1", "margherita", "Margherita", PizzaSize.Medium, [], ["basil"], Quantity: 2, new(19_39), new(38_78))],
            new(38_78),
            Money.Currency,
            Fulfilment.Delivery,
            PaymentMethod.CreditCard,
            new(PaymentStatus.Paid),
            Notes: "Ring twice",
            PlacedAt: At(0),
            ConfirmedAt: At(0),
            CookingStartedAt: At(3),
            ReadyAt: null,
            DeliveringAt: null,
            DeliveredAt: null,
            CancelledAt: null,
            CancellationReason: null,
            EstimatedReadyAt: At(15),
            Chef: "chef",
            Driver: null,
            Version: 3
        );

    public static TimelineResponse Timeline =>
        new([
            new(
                Guid.Parse("0199f0c4-b1e0-7c3e-9a5f-1d2c3b4a5968"),
                nameof(OrderPlaced),
                At(0),
                Order.Customer.Id,
                "4bf92f3577b34da6a3ce929d0e0e4736"
            ),
        ]);

    public static UserResponse User => new(Order.Customer.Id, "ada", "Ada", ["customer"]);

    public static ProfileResponse Profile =>
        new("Ada", "ada@example.org", EmailConfirmed: true, "+1 555 0100", "1 Main St", "Margherita", [Order]);

    public static NotificationResponse Notification =>
        new(
            "0199f0c6a2b07d3e8c5f9e1d2b3a4c5d",
            OrderId,
            "order_ready",
            "Order ready",
            "Your order is out of the oven and waits for a driver.",
            NotificationStatus.Unread,
            At(12)
        );

    public static OverviewResponse Overview =>
        new(
            Last,
            Money.Currency,
            Summary,
            Summary,
            Summary,
            new(Orders: 0, OrdersPercent: 0, Money.Zero, RevenuePercent: 0),
            new(Pending: 0, Confirmed: 1, Cooking: 2, Ready: 0, Delivering: 1)
        );

    public static TimeseriesResponse Timeseries =>
        new(
            Bucket.Week,
            First,
            Last,
            Money.Currency,
            [
                new(
                    "2026-W09",
                    First,
                    First,
                    Summary.Orders,
                    Summary.Delivered,
                    Summary.Cancelled,
                    Summary.Revenue,
                    Summary.AverageOrderValue,
                    Summary.AverageCookMinutes,
                    Summary.AverageDeliveryMinutes,
                    Summary.Promise
                ),
            ]
        );

    public static RankingResponse<PizzaReport> Pizzas =>
        new(First, Last, Money.Currency, [new("margherita", "Margherita", Quantity: 2, Orders: 1, new(38_78), RevenuePercent: 100)]);

    public static RankingResponse<StaffReport> Staff =>
        new(First, Last, Money.Currency, [new("chef", "Chef", "chef", Orders: 1, AverageMinutes: 8.5m)]);

    public static CustomersResponse Customers =>
        new(
            First,
            Last,
            Money.Currency,
            Customers: 1,
            Returning: 0,
            [new(Order.Customer.Id, "Ada", Orders: 1, new(38_78), new(38_78), At(0))]
        );

    public static RankingResponse<DailyReportItem> Days =>
        new(First, Last, Money.Currency, [new("2026-03-01", At(59), MailedAt: null, Summary)]);

    private static SummaryResponse Summary =>
        new(
            Orders: 2,
            Delivered: 1,
            Cancelled: 1,
            new(38_78),
            new(38_78),
            AverageCookMinutes: 8.5m,
            AverageDeliveryMinutes: 11,
            new(Orders: 1, Kept: 1, KeptPercent: 100, AveragePromisedMinutes: 15, AverageActualMinutes: 12)
        );

    private static DateTimeOffset At(int minute) => new(2026, 3, 1, 18, minute, 0, TimeSpan.Zero);
}
