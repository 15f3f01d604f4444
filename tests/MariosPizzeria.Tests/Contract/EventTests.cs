using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.OrderService.Jobs;
using MariosPizzeria.Scheduler;
using MariosPizzeria.Tests.Gateway;
using MariosPizzeria.Tests.Ordering;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Contract;

/// <summary>
/// Triggers every event in a running pizzeria: one process publishes it, and another process reacts to it.
/// </summary>
public sealed class EventTests(OpenPizzeria pizzeria) : IClassFixture<OpenPizzeria>, IDisposable
{
    private readonly Guests _guests = new(pizzeria);

    /// <summary>Events for external subscribers; the product itself does not consume them.</summary>
    private static readonly string[] OnlyTold = [nameof(OrderPlaced), nameof(OrderRepaired)];

    public void Dispose() => _guests.Dispose();

    [Fact]
    public async Task Every_event_is_told_and_heard_and_has_an_effect_that_somebody_sees()
    {
        await _guests.DoAsync("manager", "PUT", "/api/kitchen/capacity", new { capacity = 100 });

        await AnOrderGoesToTheDoorAsync();
        await ADeliveryFailsAndAnotherIsUndoneAsync();
        await ADeclinedCardCancelsAsync();
        await APaidOrderIsCancelledAndRefundedAsync();
        await AWishToCancelComesTooLateAsync();
        await APizzaIsSoldOutAsync();
        await TheKitchenIsPausedAsync();
        await TheShopIsClosedAsync();
        await TheSchedulerTellsTheTimeAsync();
        await AnOrderIsLateAndAnotherIsMendedAsync();
        await AnAddressIsConfirmedAsync();

        var events = EventCatalog.All.Select(type => type.Name).Order().ToList();
        await Expectations.EventuallyAsync(
            () =>
                Task.FromResult(
                    events.All(name =>
                        Processes(pizzeria.Wire.Told, name).Any() && (OnlyTold.Contains(name) || Processes(pizzeria.Wire.Heard, name).Any())
                    )
                ),
            $"untold: {Missing(pizzeria.Wire.Told)}; unheard: {Missing(pizzeria.Wire.Heard)}"
        );
        pizzeria.Wire.Faults.ShouldBeEmpty();

        string Missing(IEnumerable<KeyValuePair<(string Event, string Process), bool>> noted) =>
            string.Join(", ", events.Where(name => !Processes(noted, name).Any()));
    }

    // Placed, PaymentRequested, PaymentSucceeded, Confirmed, KitchenLoadChanged, CookingStarted, TicketStepUndone, Ready, DeliveryStarted,
    // Delivered, CustomerNotified.
    private async Task AnOrderGoesToTheDoorAsync()
    {
        var before = await EstimatedMinutesAsync();
        var waiting = await _guests.QueuedAsync("customer", "credit_card");
        await Expectations.EventuallyAsync(async () => await EstimatedMinutesAsync() >= before, "the estimate knows the queue");
        await _guests.DoAsync("chef", "POST", $"/api/kitchen/tickets/{waiting}/start");
        await _guests.ReachesAsync(waiting, "cooking");
        await _guests.DoAsync("chef", "POST", $"/api/kitchen/tickets/{waiting}/undo");
        await _guests.ReachesAsync(waiting, "confirmed");
        await _guests.DoAsync("chef", "POST", $"/api/kitchen/tickets/{waiting}/start");
        await _guests.ReachesAsync(waiting, "cooking");
        await _guests.DoAsync("chef", "POST", $"/api/kitchen/tickets/{waiting}/ready");
        await _guests.ReachesAsync(waiting, "ready");
        await _guests.DoAsync("driver", "POST", $"/api/delivery/{waiting}/take");
        await Expectations.EventuallyAsync(
            async () => !(await TextAsync("chef", "/api/kitchen/tickets?state=ready")).Contains(waiting, StringComparison.Ordinal),
            "the ticket has left the kitchen"
        );
        await _guests.DoAsync("driver", "POST", $"/api/delivery/{waiting}/delivered");

        foreach (var told in new[] { "order_confirmed", "order_ready", "order_delivered" })
        {
            await IsToldAsync("customer", waiting, told);
        }

        await Expectations.EventuallyAsync(
            async () => (await OverviewAsync()).GetProperty("today").GetProperty("delivered").GetInt32() > 0,
            "the manager's figures know it"
        );
    }

    // DeliveryFailed, DeliveryUndone.
    private async Task ADeliveryFailsAndAnotherIsUndoneAsync()
    {
        var id = await _guests.UnderWayAsync("driver");
        await Expectations.EventuallyAsync(async () => !await IsInKitchen(), "the ticket has left the kitchen");

        await _guests.DoAsync("driver", "POST", $"/api/delivery/{id}/failed", new { reason = "nobody at home" });

        await Expectations.EventuallyAsync(IsInKitchen, "the ticket is back in the kitchen");
        await IsToldAsync("customer", id, "delivery_failed");
        await _guests.DoAsync("manager", "POST", $"/api/delivery/{id}/take");
        await Expectations.EventuallyAsync(async () => !await IsInKitchen(), "the ticket has left the kitchen again");
        await _guests.DoAsync("manager", "POST", $"/api/delivery/{id}/delivered");
        await _guests.DoAsync("manager", "POST", $"/api/delivery/{id}/undo");
        await _guests.ReachesAsync(id, "delivering");

        async Task<bool> IsInKitchen() =>
            (await TextAsync("chef", "/api/kitchen/tickets?state=ready")).Contains(id, StringComparison.Ordinal);
    }

    // PaymentFailed, Cancelled.
    private async Task ADeclinedCardCancelsAsync()
    {
        var id = (
            await _guests.DoAsync(
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

        await _guests.ReachesAsync(id, "cancelled");
        await IsToldAsync("customer", id, "order_cancelled");
    }

    // CancellationRequested, Cancelled, RefundRequested, PaymentRefunded.
    private async Task APaidOrderIsCancelledAndRefundedAsync()
    {
        var id = await _guests.QueuedAsync("customer", "credit_card");

        await _guests.DoAsync("customer", "POST", $"/api/orders/{id}/cancel", new { reason = "changed my mind" });

        await Expectations.EventuallyAsync(
            async () => (await ReadAsync(id)).GetProperty("payment").GetProperty("status").GetString() == "refunded",
            "what was paid is given back"
        );
        (await TextAsync("chef", "/api/kitchen/tickets")).ShouldNotContain(id);
    }

    // CancellationRefused: the kitchen has started, and Order has not yet received the event.
    private async Task AWishToCancelComesTooLateAsync()
    {
        var id = await _guests.QueuedAsync();
        using (pizzeria.Wire.Hold(nameof(CookingStarted)))
        {
            await _guests.DoAsync("chef", "POST", $"/api/kitchen/tickets/{id}/start");
            using var refused = await _guests.SendAsync("customer", "POST", $"/api/orders/{id}/cancel", new { reason = "changed my mind" });
            (await refused.SlugAsync()).ShouldBe("illegal-transition");
        }

        await IsToldAsync("customer", id, "cancellation_refused");
        await _guests.ReachesAsync(id, "cooking");
    }

    // MenuChanged.
    private async Task APizzaIsSoldOutAsync()
    {
        var id = await _guests.AddedPizzaAsync();

        await _guests.DoAsync("chef", "PUT", $"/api/menu/pizzas/{id}/availability", new { available = false, reason = "out of ham" });

        await Expectations.EventuallyAsync(
            async () =>
                (await TextAsync("manager", "/api/notifications")) is var told
                && told.Contains("sold_out", StringComparison.Ordinal)
                && told.Contains(id, StringComparison.Ordinal)
                && told.Contains("out of ham", StringComparison.Ordinal),
            "the managers are told what is sold out"
        );
    }

    // KitchenPaused.
    private async Task TheKitchenIsPausedAsync()
    {
        await _guests.DoAsync("manager", "PUT", "/api/kitchen/paused", new { paused = true, reason = "the oven is being cleaned" });
        await Expectations.EventuallyAsync(async () => await PlacingIsAsync("kitchen-paused"), "a paused kitchen takes no orders");

        await _guests.DoAsync("manager", "PUT", "/api/kitchen/paused", new { paused = false });
        await Expectations.EventuallyAsync(async () => await PlacingIsAsync(null), "and takes them again");
    }

    // ShopChanged.
    private async Task TheShopIsClosedAsync()
    {
        var hours = (await _guests.DoAsync("anonymous", "GET", "/api/shop")).GetProperty("hours");
        await _guests.DoAsync("manager", "PUT", "/api/shop/hours", new { hours = Array.Empty<object>() });
        await Expectations.EventuallyAsync(async () => await PlacingIsAsync("shop-closed"), "a closed shop takes no orders");

        await _guests.DoAsync("manager", "PUT", "/api/shop/hours", new { hours });
        await Expectations.EventuallyAsync(async () => await PlacingIsAsync(null), "and takes them again");
    }

    // ScheduledJobDue.
    private async Task TheSchedulerTellsTheTimeAsync()
    {
        pizzeria.Add<Ticker>("scheduler");
        await Expectations.EventuallyAsync(
            () => Task.FromResult(Processes(pizzeria.Wire.Heard, nameof(ScheduledJobDue)).Contains("order")),
            "Order does what is due"
        );
    }

    // OrderLate, OrderRepaired.
    private async Task AnOrderIsLateAndAnotherIsMendedAsync()
    {
        var id = await _guests.QueuedAsync();
        await using var scope = pizzeria.Scope("order");

        await scope
            .ServiceProvider.GetRequiredService<RaiseLateAlarms>()
            .RunAsync(new Cause("scheduler", DateTimeOffset.UtcNow.AddHours(3)), Guid.NewGuid(), CancellationToken.None);

        await IsToldAsync("customer", id, "order_late");
        await IsToldAsync("manager", id, "order_late");
        await Expectations.EventuallyAsync(
            async () =>
                (await _guests.DoAsync("chef", "GET", "/api/kitchen/tickets"))
                    .GetProperty("items")
                    .EnumerateArray()
                    .Single(ticket => ticket.GetProperty("orderId").GetString() == id)
                    .GetProperty("lateSince")
                    .ValueKind != JsonValueKind.Null,
            "the kitchen's ticket says that it is late"
        );

        var orders = pizzeria.Get<IRepository<Order>>("order");
        var order = (await orders.FindAsync(id, CancellationToken.None))!;
        typeof(Order).GetProperty(nameof(order.Total))!.SetValue(order, new Money(100));
        (await orders.SaveAsync(order, [], handled: null, CancellationToken.None)).ShouldBe(SaveResult.Saved);
        await foreach (
            var finding in scope
                .ServiceProvider.GetRequiredService<RepairOrders>()
                .Handle(mend: true, TimeSpan.FromHours(1), CancellationToken.None)
        )
        {
            (finding.OrderId != id || finding.IsRepaired).ShouldBeTrue(finding.Remedy);
        }

        (await ReadAsync(id)).GetProperty("total").GetDecimal().ShouldBe(33.78m);
    }

    // EmailConfirmationRequested.
    private async Task AnAddressIsConfirmedAsync()
    {
        var token = await _guests.EmailTokenAsync();

        await _guests.DoAsync("anonymous", "POST", "/api/profile/email/confirm", new { token });
    }

    private static IEnumerable<string> Processes(IEnumerable<KeyValuePair<(string Event, string Process), bool>> noted, string name) =>
        noted.Where(one => one.Key.Event == name).Select(one => one.Key.Process);

    private async Task<bool> PlacingIsAsync(string? slug)
    {
        using var answer = await _guests.SendAsync("customer", "POST", "/api/orders", OrderFactory.Request());
        return answer.IsSuccessStatusCode ? slug is null : await answer.SlugAsync() == slug;
    }

    private Task IsToldAsync(string who, string order, string type) =>
        Expectations.EventuallyAsync(
            async () =>
                (await _guests.DoAsync(who, "GET", "/api/notifications"))
                    .GetProperty("items")
                    .EnumerateArray()
                    .Any(one => one.GetProperty("orderId").GetString() == order && one.GetProperty("type").GetString() == type),
            $"{who} is told of {type}"
        );

    private async Task<int> EstimatedMinutesAsync() => (
            await _guests.DoAsync(
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

    private Task<JsonElement> OverviewAsync() => _guests.DoAsync("manager", "GET", "/api/reports/overview");

    private Task<JsonElement> ReadAsync(string id) => _guests.DoAsync("manager", "GET", $"/api/orders/{id}");

    private async Task<string> TextAsync(string who, string address) => (await _guests.DoAsync(who, "GET", address)).GetRawText();
}
