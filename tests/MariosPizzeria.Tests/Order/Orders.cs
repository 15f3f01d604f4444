using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>Orders in every state, and the events that bring them there.</summary>
internal static class Orders
{
    public const string Customer = "customer-1";
    public const string Driver = "driver-1";
    public const string Chef = "chef-1";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 18, 0, 0, TimeSpan.Zero);

    public static Cause By(string actor, int minutes = 0) => new(actor, Start.AddMinutes(minutes), "correlation-1", TraceId: null);

    public static NewOrder New(PaymentMethod method = PaymentMethod.CreditCard, Fulfilment fulfilment = Fulfilment.Delivery) =>
        new()
        {
            Id = "order-1",
            Customer = new(Customer, "Ada", "+1 555 0100", "1 Main St"),
            Lines =
            [
                new("1", "margherita", "Margherita", PizzaSize.Medium, [], [], 2, new(1689), new(3378)),
                new("2", "pepperoni", "Pepperoni", PizzaSize.Medium, ["pepperoni"], [], 1, new(2199), new(2199)),
            ],
            Fulfilment = fulfilment,
            PaymentMethod = method,
            CardToken = method == PaymentMethod.Cash ? null : "tok_ok",
            EstimatedReadyAt = Start.AddMinutes(20),
            PromisedAt = Start.AddMinutes(fulfilment == Fulfilment.Delivery ? 40 : 20),
        };

    public static Order Pending(PaymentMethod method = PaymentMethod.CreditCard, Fulfilment fulfilment = Fulfilment.Delivery) =>
        Order.Place(New(method, fulfilment), By(Customer)).Order;

    /// <summary>Returns a cash order as an earlier release stored it: it waits for the worker's event.</summary>
    public static Order PendingCash()
    {
        var stored = JsonSerializer.SerializeToNode(Pending(), PizzeriaJson.Documents)!;
        stored["paymentMethod"] = "cash";
        return stored.Deserialize<Order>(PizzeriaJson.Documents)!;
    }

    /// <summary>Returns an order in a state that it reached in the shortest way.</summary>
    public static Order In(OrderStatus status, PaymentMethod method = PaymentMethod.CreditCard, Fulfilment fulfilment = Fulfilment.Delivery)
    {
        var order = Pending(method, fulfilment);
        if (status == OrderStatus.Cancelled)
        {
            order.RequestCancellation("changed my mind", byManager: false, By(Customer, 1)).OrThrow();
            order.CancelAfterWithdrawal(By(Customer, 1)).OrThrow();
            return order;
        }

        var steps = new (OrderStatus To, Action Step)[]
        {
            (OrderStatus.Confirmed, () => order.Apply(Paid(method), By("worker", 1)).OrThrow()),
            (OrderStatus.Cooking, () => order.Apply(Started()).OrThrow()),
            (OrderStatus.Ready, () => order.Apply(Ready()).OrThrow()),
            (OrderStatus.Delivering, () => order.Take(By(Driver, 4)).OrThrow()),
            (OrderStatus.Delivered, () => order.HandOver(byManager: false, By(Driver, 5)).OrThrow()),
        };
        foreach (var (to, step) in steps.Where(each => each.To <= status))
        {
            if (to != OrderStatus.Delivering || fulfilment == Fulfilment.Delivery)
            {
                step();
            }
        }

        order.Status.ShouldBe(status);
        return order;
    }

    public static PaymentSucceeded Paid(PaymentMethod method = PaymentMethod.CreditCard) =>
        new()
        {
            OrderId = "order-1",
            Amount = new(5577),
            Method = method,
            OccurredAt = Start.AddMinutes(1),
            Actor = "worker",
        };

    public static PaymentFailed Declined() =>
        new()
        {
            OrderId = "order-1",
            Amount = new(5577),
            Reason = CancellationReasons.PaymentDeclined,
            OccurredAt = Start.AddMinutes(1),
        };

    public static PaymentRefunded Refunded() =>
        new()
        {
            OrderId = "order-1",
            Amount = new(5577),
            Reference = "ref_1",
            OccurredAt = Start.AddMinutes(9),
        };

    public static CookingStarted Started() =>
        new()
        {
            OrderId = "order-1",
            Chef = Chef,
            OccurredAt = Start.AddMinutes(2),
            Actor = Chef,
        };

    public static OrderReady Ready() =>
        new()
        {
            OrderId = "order-1",
            Chef = "chef-2",
            CookingStartedAt = Start.AddMinutes(2),
            OccurredAt = Start.AddMinutes(3),
            Actor = "chef-2",
        };
}
