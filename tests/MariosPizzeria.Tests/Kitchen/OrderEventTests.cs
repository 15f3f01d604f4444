using System.Net.Http.Headers;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Tests.Foundation;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class OrderEventTests : IAsyncDisposable
{
    private readonly KitchenFactory _kitchen = new();

    public ValueTask DisposeAsync() => _kitchen.DisposeAsync();

    [Fact]
    public async Task A_ticket_says_whom_to_call_and_what_must_not_be_in_it()
    {
        var confirmed = Confirmed("order-1") with
        {
            CustomerName = "Ada",
            Number = 47,
            Allergies = [Allergen.Milk, Allergen.Nuts],
            AllergyNote = "also kiwi",
        };

        await _kitchen.TellAsync(confirmed);
        await HasStateAsync("order-1", TicketState.Queued);
        var tickets = await _kitchen.As(Roles.Chef).GetAsync(new Uri("/api/kitchen/tickets", UriKind.Relative)).JsonAsync();

        var ticket = tickets.GetProperty("items")[0];
        ticket.GetProperty("number").GetInt32().ShouldBe(47);
        ticket.GetProperty("customerName").GetString().ShouldBe("Ada");
        ticket.GetProperty("allergies").EnumerateArray().Select(each => each.GetString()).ShouldBe(["milk", "nuts"]);
        ticket.GetProperty("allergyNote").GetString().ShouldBe("also kiwi");
    }

    [Fact]
    public async Task A_confirmation_of_an_earlier_release_makes_a_ticket_without_name_number_and_allergies()
    {
        await _kitchen.TellAsync(Confirmed("order-1"));
        await HasStateAsync("order-1", TicketState.Queued);

        var ticket = (await _kitchen.FindAsync("order-1"))!;
        ticket.Number.ShouldBeNull();
        ticket.CustomerName.ShouldBeNull();
        ticket.Allergies.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_confirmed_order_gets_one_ticket_however_often_it_is_told()
    {
        var confirmed = Confirmed("order-1");

        await _kitchen.TellAsync(confirmed);
        await _kitchen.TellAsync(confirmed);
        await _kitchen.TellAsync(Confirmed("order-1"));
        await HasStateAsync("order-1", TicketState.Queued);
        await _kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();
        await _kitchen.TellAsync(confirmed);
        await SettledAsync();

        (await _kitchen.FindAsync("order-1"))!.State.ShouldBe(TicketState.Cooking);
    }

    [Fact]
    public async Task Each_step_of_an_order_is_a_line_with_its_id_and_a_message_that_was_consumed_is_none()
    {
        using var log = new LogLines();
        await using var kitchen = new KitchenFactory { Log = log };
        await kitchen.TellAsync(Confirmed("order-1"));
        await Answers.EventuallyAsync(async () => await kitchen.FindAsync("order-1") is not null, "the ticket");
        await kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();
        await kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/ready").JsonAsync();
        await Answers.EventuallyAsync(() => Task.FromResult(log.Entries.Any(entry => entry.Event == "ticket_queued")), "the ticket's line");

        var told = log.Entries.Where(entry => entry.Level >= LogLevel.Information && entry.Fields.ContainsKey("order_id")).ToList();

        told.Select(entry => entry.Message)
            .ShouldBe(
                ["Ticket of order order-1 queued", "CookingStarted of order order-1", "OrderReady of order order-1"],
                ignoreOrder: true
            );
        told.ShouldAllBe(entry => Equals(entry.Fields["order_id"], "order-1"));
    }

    [Fact]
    public async Task A_cancelled_order_leaves_the_kitchen_and_frees_its_slot()
    {
        await _kitchen.QueueAsync("order-1");
        await _kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();
        (await _kitchen.SlotsAsync()).ShouldBe(["order-1"]);

        await _kitchen.TellAsync(KitchenFactory.Cancelled("order-1"));
        await HasStateAsync("order-1", TicketState.Withdrawn);

        await Answers.EventuallyAsync(async () => !(await _kitchen.SlotsAsync()).Any(), "the slot free");
        await _kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/ready").ProblemAsync(409, "illegal-transition");
    }

    [Fact]
    public async Task A_cancellation_that_overtakes_its_confirmation_keeps_the_ticket_from_being_made()
    {
        await _kitchen.TellAsync(KitchenFactory.Cancelled("order-1"));
        await HasStateAsync("order-1", TicketState.Withdrawn);

        await _kitchen.TellAsync(Confirmed("order-1"));
        await SettledAsync();

        (await _kitchen.FindAsync("order-1"))!.State.ShouldBe(TicketState.Withdrawn);
    }

    [Fact]
    public async Task What_is_handed_out_is_no_longer_the_kitchens()
    {
        await _kitchen.QueueAsync("delivery", "pickup");
        var chef = _kitchen.As(Roles.Chef);
        foreach (var order in new[] { "delivery", "pickup" })
        {
            await chef.PostAsync($"/api/kitchen/tickets/{order}/start").JsonAsync();
            await chef.PostAsync($"/api/kitchen/tickets/{order}/ready").JsonAsync();
        }

        await _kitchen.TellAsync(
            new DeliveryStarted
            {
                OrderId = "delivery",
                CustomerId = "customer-1",
                Driver = "driver-1",
            }
        );
        await _kitchen.TellAsync(Delivered("pickup"));
        await _kitchen.TellAsync(Delivered("delivery"));
        await _kitchen.TellAsync(Delivered("never heard of"));

        await Answers.EventuallyAsync(
            async () => (await chef.ReadAsync("/api/kitchen/status").JsonAsync()).GetProperty("ready").GetInt32() == 0,
            "no ticket waiting to be handed out"
        );
        (await chef.ReadAsync("/api/kitchen/tickets?state=ready").JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Withdrawing_a_queued_ticket_twice_is_once()
    {
        await _kitchen.QueueAsync("order-1");

        var first = await Service().PostAsync("/internal/tickets/order-1/withdraw").JsonAsync();
        var second = await Service().PostAsync("/internal/tickets/order-1/withdraw").JsonAsync();

        first.GetProperty("state").GetString().ShouldBe("withdrawn");
        second.GetRawText().ShouldBe(first.GetRawText());
        await _kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/start").ProblemAsync(409, "illegal-transition");
    }

    [Fact]
    public async Task What_cooks_or_is_ready_can_not_be_withdrawn()
    {
        await _kitchen.QueueAsync("order-1");

        await _kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();
        await Service().PostAsync("/internal/tickets/order-1/withdraw").ProblemAsync(409, "illegal-transition");
        await _kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/ready").JsonAsync();
        await Service().PostAsync("/internal/tickets/order-1/withdraw").ProblemAsync(409, "illegal-transition");
    }

    [Fact]
    public async Task A_ticket_withdrawn_before_its_order_was_confirmed_is_never_made()
    {
        var withdrawn = await Service().PostAsync("/internal/tickets/order-1/withdraw").JsonAsync();
        await _kitchen.TellAsync(Confirmed("order-1"));
        await SettledAsync();

        withdrawn.GetProperty("state").GetString().ShouldBe("withdrawn");
        (await _kitchen.FindAsync("order-1"))!.State.ShouldBe(TicketState.Withdrawn);
        (await _kitchen.As(Roles.Chef).ReadAsync("/api/kitchen/tickets?state=queued").JsonAsync())
            .GetProperty("items")
            .GetArrayLength()
            .ShouldBe(0);
    }

    [Fact]
    public async Task Of_a_start_and_a_withdrawal_at_once_one_wins_and_no_slot_is_lost()
    {
        for (var n = 0; n < 25; n++)
        {
            var order = $"order-{n}";
            await _kitchen.QueueAsync(order);

            var starting = _kitchen.As(Roles.Chef).PostAsync($"/api/kitchen/tickets/{order}/start");
            var withdrawing = Service().PostAsync($"/internal/tickets/{order}/withdraw");
            using var started = await starting;
            using var withdrawn = await withdrawing;

            (started.IsSuccessStatusCode ^ withdrawn.IsSuccessStatusCode).ShouldBeTrue(
                $"start {started.StatusCode}, withdraw {withdrawn.StatusCode}"
            );
            (await _kitchen.SlotsAsync()).Contains(order).ShouldBe(started.IsSuccessStatusCode);
            if (started.IsSuccessStatusCode)
            {
                await _kitchen.As(Roles.Chef).PostAsync($"/api/kitchen/tickets/{order}/ready").JsonAsync();
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
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            _kitchen.Get<AccessTokenIssuer>().ForService("order")
        );
        return client;
    }

    private Task HasStateAsync(string orderId, TicketState state) =>
        Answers.EventuallyAsync(async () => (await _kitchen.FindAsync(orderId))?.State == state, $"ticket {orderId} is {state}");

    /// <summary>Waits until all earlier events are consumed: one more order is confirmed after them, on the same queue.</summary>
    private async Task SettledAsync()
    {
        await _kitchen.TellAsync(Confirmed("after"));
        await HasStateAsync("after", TicketState.Queued);
        await Service().PostAsync("/internal/tickets/after/withdraw").JsonAsync();
    }
}
