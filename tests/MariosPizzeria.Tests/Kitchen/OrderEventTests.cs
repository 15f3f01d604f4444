using System.Net.Http.Headers;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class OrderEventTests : IAsyncDisposable
{
    private readonly KitchenFactory _kitchen = new();

    public ValueTask DisposeAsync() => _kitchen.DisposeAsync();

    [Fact]
    public async Task A_confirmed_order_gets_one_ticket_however_often_it_is_told()
    {
        var confirmed = Confirmed("order-1");

        await _kitchen.Tell(confirmed);
        await _kitchen.Tell(confirmed);
        await _kitchen.Tell(Confirmed("order-1"));
        await HasState("order-1", TicketState.Queued);
        await _kitchen.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/start").Json();
        await _kitchen.Tell(confirmed);
        await Settled();

        (await _kitchen.Find("order-1"))!.State.ShouldBe(TicketState.Cooking);
    }

    [Fact]
    public async Task A_cancelled_order_leaves_the_kitchen_and_frees_its_slot()
    {
        await _kitchen.Queue("order-1");
        await _kitchen.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/start").Json();
        (await _kitchen.Slots()).ShouldBe(["order-1"]);

        await _kitchen.Tell(KitchenFactory.Cancelled("order-1"));
        await HasState("order-1", TicketState.Withdrawn);

        await Answers.Eventually(async () => !(await _kitchen.Slots()).Any(), "the slot free");
        await _kitchen.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/ready").Problem(409, "illegal-transition");
    }

    [Fact]
    public async Task A_cancellation_that_overtakes_its_confirmation_keeps_the_ticket_from_being_made()
    {
        await _kitchen.Tell(KitchenFactory.Cancelled("order-1"));
        await HasState("order-1", TicketState.Withdrawn);

        await _kitchen.Tell(Confirmed("order-1"));
        await Settled();

        (await _kitchen.Find("order-1"))!.State.ShouldBe(TicketState.Withdrawn);
    }

    [Fact]
    public async Task What_is_handed_out_is_no_longer_the_kitchens()
    {
        await _kitchen.Queue("delivery", "pickup");
        var chef = _kitchen.As(Roles.Chef);
        foreach (var order in new[] { "delivery", "pickup" })
        {
            await chef.Post($"/api/kitchen/tickets/{order}/start").Json();
            await chef.Post($"/api/kitchen/tickets/{order}/ready").Json();
        }

        await _kitchen.Tell(
            new DeliveryStarted
            {
                OrderId = "delivery",
                CustomerId = "customer-1",
                Driver = "driver-1",
            }
        );
        await _kitchen.Tell(Delivered("pickup"));
        await _kitchen.Tell(Delivered("delivery"));
        await _kitchen.Tell(Delivered("never heard of"));

        await Answers.Eventually(
            async () => (await chef.Read("/api/kitchen/status").Json()).GetProperty("ready").GetInt32() == 0,
            "no ticket waiting to be handed out"
        );
        (await chef.Read("/api/kitchen/tickets?state=ready").Json()).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Withdrawing_a_queued_ticket_twice_is_once()
    {
        await _kitchen.Queue("order-1");

        var first = await Service().Post("/internal/tickets/order-1/withdraw").Json();
        var second = await Service().Post("/internal/tickets/order-1/withdraw").Json();

        first.GetProperty("state").GetString().ShouldBe("withdrawn");
        second.GetRawText().ShouldBe(first.GetRawText());
        await _kitchen.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/start").Problem(409, "illegal-transition");
    }

    [Fact]
    public async Task What_cooks_or_is_ready_can_not_be_withdrawn()
    {
        await _kitchen.Queue("order-1");

        await _kitchen.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/start").Json();
        await Service().Post("/internal/tickets/order-1/withdraw").Problem(409, "illegal-transition");
        await _kitchen.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/ready").Json();
        await Service().Post("/internal/tickets/order-1/withdraw").Problem(409, "illegal-transition");
    }

    [Fact]
    public async Task A_ticket_withdrawn_before_its_order_was_confirmed_is_never_made()
    {
        var withdrawn = await Service().Post("/internal/tickets/order-1/withdraw").Json();
        await _kitchen.Tell(Confirmed("order-1"));
        await Settled();

        withdrawn.GetProperty("state").GetString().ShouldBe("withdrawn");
        (await _kitchen.Find("order-1"))!.State.ShouldBe(TicketState.Withdrawn);
        (await _kitchen.As(Roles.Chef).Read("/api/kitchen/tickets?state=queued").Json()).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Of_a_start_and_a_withdrawal_at_once_one_wins_and_no_slot_is_lost()
    {
        for (var n = 0; n < 25; n++)
        {
            var order = $"order-{n}";
            await _kitchen.Queue(order);

            var starting = _kitchen.As(Roles.Chef).Post($"/api/kitchen/tickets/{order}/start");
            var withdrawing = Service().Post($"/internal/tickets/{order}/withdraw");
            using var started = await starting;
            using var withdrawn = await withdrawing;

            (started.IsSuccessStatusCode ^ withdrawn.IsSuccessStatusCode).ShouldBeTrue(
                $"start {started.StatusCode}, withdraw {withdrawn.StatusCode}"
            );
            (await _kitchen.Slots()).Contains(order).ShouldBe(started.IsSuccessStatusCode);
            if (started.IsSuccessStatusCode)
            {
                await _kitchen.As(Roles.Chef).Post($"/api/kitchen/tickets/{order}/ready").Json();
            }
        }
    }

    private static OrderDelivered Delivered(string orderId) =>
        new()
        {
            OrderId = orderId,
            CustomerId = "customer-1",
            Lines = [],
            Total = new Money(48_98),
            PlacedAt = DateTimeOffset.UtcNow,
            PromisedAt = DateTimeOffset.UtcNow,
        };

    private OrderConfirmed Confirmed(string orderId) => KitchenFactory.Confirmed(orderId, _kitchen.Clock.GetUtcNow());

    private HttpClient Service()
    {
        var client = _kitchen.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _kitchen.Get<Tokens>().ForService("order"));
        return client;
    }

    private Task HasState(string orderId, TicketState state) =>
        Answers.Eventually(async () => (await _kitchen.Find(orderId))?.State == state, $"ticket {orderId} is {state}");

    /// <summary>What was told before this has been consumed: one more order is confirmed after it, on the same queue.</summary>
    private async Task Settled()
    {
        await _kitchen.Tell(Confirmed("after"));
        await HasState("after", TicketState.Queued);
        await Service().Post("/internal/tickets/after/withdraw").Json();
    }
}
