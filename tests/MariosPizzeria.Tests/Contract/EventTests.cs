using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.Scheduler;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.Tests.Gateway;
using MariosPizzeria.Tests.Ordering;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Contract;

/// <summary>
/// Every event there is, made to happen in a pizzeria that works: some process tells it, another does something because of it.
/// </summary>
public sealed class EventTests(OpenPizzeria pizzeria) : IClassFixture<OpenPizzeria>, IDisposable
{
    private readonly Guests _guests = new(pizzeria);

    public void Dispose() => _guests.Dispose();

    [Fact]
    public async Task Every_event_is_told_and_heard_and_has_an_effect_that_somebody_sees()
    {
        await _guests.Do("manager", "PUT", "/api/kitchen/capacity", new { capacity = 100 });

        await AnOrderGoesToTheDoor();
        await ADeclinedCardCancels();
        await APaidOrderIsCancelledAndRefunded();
        await AWishToCancelComesTooLate();
        await APizzaIsSoldOut();
        await TheKitchenIsPaused();
        await TheSchedulerTellsTheTime();
        await AnOrderIsLateAndAnotherIsMended();
        await AnAddressIsConfirmed();

        var events = EventCatalog.All.Select(type => type.Name).Order().ToList();
        await Expectations.Eventually(
            () =>
                Task.FromResult(
                    events.All(name => Processes(pizzeria.Wire.Told, name).Any() && Processes(pizzeria.Wire.Heard, name).Any())
                ),
            $"untold: {Missing(pizzeria.Wire.Told)}; unheard: {Missing(pizzeria.Wire.Heard)}"
        );
        pizzeria.Wire.Faults.ShouldBeEmpty();

        string Missing(IEnumerable<KeyValuePair<(string Event, string Process), bool>> noted) =>
            string.Join(", ", events.Where(name => !Processes(noted, name).Any()));
    }

    // Placed, PaymentRequested, PaymentSucceeded, Confirmed, KitchenLoadChanged, CookingStarted, Ready, DeliveryStarted, Delivered,
    // CustomerNotified.
    private async Task AnOrderGoesToTheDoor()
    {
        var before = await EstimatedMinutes();
        var waiting = await _guests.Queued("customer", "credit_card");
        await Expectations.Eventually(async () => await EstimatedMinutes() >= before, "the estimate knows the queue");
        await _guests.Do("chef", "POST", $"/api/kitchen/tickets/{waiting}/start");
        await _guests.Reaches(waiting, "cooking");
        await _guests.Do("chef", "POST", $"/api/kitchen/tickets/{waiting}/ready");
        await _guests.Reaches(waiting, "ready");
        await _guests.Do("driver", "POST", $"/api/delivery/{waiting}/take");
        await Expectations.Eventually(
            async () => !(await Text("chef", "/api/kitchen/tickets?state=ready")).Contains(waiting, StringComparison.Ordinal),
            "the ticket has left the kitchen"
        );
        await _guests.Do("driver", "POST", $"/api/delivery/{waiting}/delivered");

        foreach (var told in new[] { "order_confirmed", "order_ready", "order_delivered" })
        {
            await IsTold("customer", waiting, told);
        }

        await Expectations.Eventually(
            async () => (await Overview()).GetProperty("today").GetProperty("delivered").GetInt32() > 0,
            "the manager's figures know it"
        );
    }

    // PaymentFailed, Cancelled.
    private async Task ADeclinedCardCancels()
    {
        var id = (
            await _guests.Do(
                "customer",
                "POST",
                "/api/orders",
                new
                {
                    items = new[]
                    {
                        new
                        {
                            pizzaId = "margherita",
                            size = "small",
                            quantity = 1,
                        },
                    },
                    customer = new
                    {
                        name = "Ada",
                        phone = "+1 555 0100",
                        address = "1 Main St",
                    },
                    fulfilment = "delivery",
                    paymentMethod = "credit_card",
                    payment = new { cardToken = "tok_declined" },
                }
            )
        ).GetProperty("id").GetString()!;

        await _guests.Reaches(id, "cancelled");
        await IsTold("customer", id, "order_cancelled");
    }

    // CancellationRequested, Cancelled, RefundRequested, PaymentRefunded.
    private async Task APaidOrderIsCancelledAndRefunded()
    {
        var id = await _guests.Queued("customer", "credit_card");

        await _guests.Do("customer", "POST", $"/api/orders/{id}/cancel", new { reason = "changed my mind" });

        await Expectations.Eventually(
            async () => (await Read(id)).GetProperty("payment").GetProperty("status").GetString() == "refunded",
            "what was paid is given back"
        );
        (await Text("chef", "/api/kitchen/tickets")).ShouldNotContain(id);
    }

    // CancellationRefused: the kitchen has begun, and Order has yet to hear of it.
    private async Task AWishToCancelComesTooLate()
    {
        var id = await _guests.Queued();
        using (pizzeria.Wire.Hold(nameof(CookingStarted)))
        {
            await _guests.Do("chef", "POST", $"/api/kitchen/tickets/{id}/start");
            using var refused = await _guests.Send("customer", "POST", $"/api/orders/{id}/cancel", new { reason = "changed my mind" });
            (await refused.Slug()).ShouldBe("illegal-transition");
        }

        await IsTold("customer", id, "cancellation_refused");
        await _guests.Reaches(id, "cooking");
    }

    // MenuChanged.
    private async Task APizzaIsSoldOut()
    {
        var id = await _guests.AddedPizza();

        await _guests.Do("chef", "PUT", $"/api/menu/pizzas/{id}/availability", new { available = false, reason = "out of ham" });

        await Expectations.Eventually(
            async () =>
                (await Text("manager", "/api/notifications")) is var told
                && told.Contains("sold_out", StringComparison.Ordinal)
                && told.Contains(id, StringComparison.Ordinal)
                && told.Contains("out of ham", StringComparison.Ordinal),
            "the managers are told what is sold out"
        );
    }

    // KitchenPaused.
    private async Task TheKitchenIsPaused()
    {
        await _guests.Do("manager", "PUT", "/api/kitchen/paused", new { paused = true, reason = "the oven is being cleaned" });
        await Expectations.Eventually(async () => await PlacingIs("unavailable"), "a paused kitchen takes no orders");

        await _guests.Do("manager", "PUT", "/api/kitchen/paused", new { paused = false });
        await Expectations.Eventually(async () => await PlacingIs(null), "and takes them again");
    }

    // ScheduledJobDue.
    private async Task TheSchedulerTellsTheTime()
    {
        pizzeria.Add<Ticker>("scheduler");
        await Expectations.Eventually(
            () => Task.FromResult(Processes(pizzeria.Wire.Heard, nameof(ScheduledJobDue)).Contains("order")),
            "Order does what is due"
        );
    }

    // OrderLate, OrderRepaired.
    private async Task AnOrderIsLateAndAnotherIsMended()
    {
        var id = await _guests.Queued();
        await using var scope = pizzeria.Scope("order");

        await scope
            .ServiceProvider.GetRequiredService<RaiseLateAlarms>()
            .Handle(Guid.NewGuid(), new Cause("scheduler", DateTimeOffset.UtcNow.AddHours(3)), CancellationToken.None);

        await IsTold("customer", id, "order_late");
        await IsTold("manager", id, "order_late");
        await Expectations.Eventually(
            async () =>
                (await _guests.Do("chef", "GET", "/api/kitchen/tickets"))
                    .GetProperty("items")
                    .EnumerateArray()
                    .Single(ticket => ticket.GetProperty("orderId").GetString() == id)
                    .GetProperty("lateSince")
                    .ValueKind != JsonValueKind.Null,
            "the kitchen's ticket says that it is late"
        );

        var orders = pizzeria.Get<IRepository<Order>>("order");
        var order = (await orders.Find(id, CancellationToken.None))!;
        typeof(Order).GetProperty(nameof(order.Total))!.SetValue(order, new Money(100));
        (await orders.Save(order, [], handled: null, CancellationToken.None)).ShouldBe(SaveResult.Saved);
        await foreach (
            var finding in scope
                .ServiceProvider.GetRequiredService<RepairOrders>()
                .Handle(mend: true, TimeSpan.FromHours(1), CancellationToken.None)
        )
        {
            (finding.OrderId != id || finding.IsMended).ShouldBeTrue(finding.Remedy);
        }

        (await Read(id)).GetProperty("total").GetDecimal().ShouldBe(33.78m);
    }

    // EmailConfirmationRequested.
    private async Task AnAddressIsConfirmed()
    {
        var token = await _guests.EmailToken();

        await _guests.Do("anonymous", "POST", "/api/profile/email/confirm", new { token });
    }

    private static IEnumerable<string> Processes(IEnumerable<KeyValuePair<(string Event, string Process), bool>> noted, string name) =>
        noted.Where(one => one.Key.Event == name).Select(one => one.Key.Process);

    private async Task<bool> PlacingIs(string? slug)
    {
        using var answer = await _guests.Send("customer", "POST", "/api/orders", OrderFactory.Request());
        return answer.IsSuccessStatusCode ? slug is null : await answer.Slug() == slug;
    }

    private Task IsTold(string who, string order, string type) =>
        Expectations.Eventually(
            async () =>
                (await _guests.Do(who, "GET", "/api/notifications"))
                    .GetProperty("items")
                    .EnumerateArray()
                    .Any(one => one.GetProperty("orderId").GetString() == order && one.GetProperty("type").GetString() == type),
            $"{who} is told of {type}"
        );

    private async Task<int> EstimatedMinutes() => (
            await _guests.Do(
                "anonymous",
                "POST",
                "/api/menu/quote",
                new
                {
                    items = new[]
                    {
                        new
                        {
                            pizzaId = "margherita",
                            size = "small",
                            quantity = 1,
                        },
                    },
                }
            )
        ).GetProperty("estimatedReadyMinutes").GetInt32();

    private Task<JsonElement> Overview() => _guests.Do("manager", "GET", "/api/reports/overview");

    private Task<JsonElement> Read(string id) => _guests.Do("manager", "GET", $"/api/orders/{id}");

    private async Task<string> Text(string who, string address) => (await _guests.Do(who, "GET", address)).GetRawText();
}
