using System.Net.Http.Headers;
using System.Net.Http.Json;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>The kitchen undoes steps: Order follows the event with the ticket's highest version.</summary>
public sealed class RecallTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task What_is_recalled_first_no_driver_can_take()
    {
        var id = await _service.InAsync(OrderStatus.Ready);

        await RecallAsync(id).JsonAsync();
        var again = await RecallAsync(id).JsonAsync();

        again.GetProperty("status").GetString().ShouldBe("cooking");
        again.GetProperty("readyAt").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        await _service.As("driver").PostAsync($"/api/delivery/{id}/take").ProblemAsync(409, "illegal-transition");
    }

    [Fact]
    public async Task What_a_driver_took_first_is_not_recalled()
    {
        var id = await _service.InAsync(OrderStatus.Ready);
        await _service.As("driver").PostAsync($"/api/delivery/{id}/take").JsonAsync();

        await RecallAsync(id).ProblemAsync(409, "illegal-transition");

        await _service.ReachesAsync(id, OrderStatus.Delivering);
    }

    [Fact]
    public async Task Of_a_recall_and_a_driver_at_once_one_gets_the_order()
    {
        for (var n = 0; n < 10; n++)
        {
            var id = await _service.InAsync(OrderStatus.Ready);

            var recalling = RecallAsync(id);
            var taking = _service.As("driver").PostAsync($"/api/delivery/{id}/take");
            using var recalled = await recalling;
            using var taken = await taking;

            (recalled.IsSuccessStatusCode ^ taken.IsSuccessStatusCode).ShouldBeTrue($"{recalled.StatusCode}, {taken.StatusCode}");
        }
    }

    [Fact]
    public async Task Only_services_recall() =>
        await _service.As("chef").PostAsync("/internal/orders/order-1/recall", new { }).ProblemAsync(403, "forbidden");

    [Fact]
    public async Task What_is_missing_in_the_event_is_named()
    {
        var problem = await Kitchen()
            .PostAsync("/internal/orders/order-1/recall", new { orderId = "order-1" })
            .ProblemAsync(400, "validation");

        problem.GetProperty("errors").GetProperty("step")[0].GetString().ShouldBe("is required");
    }

    [Fact]
    public void The_kitchens_events_lead_to_the_same_order_in_whichever_order_they_come()
    {
        OrderEvent[] told =
        [
            Orders.Started() with
            {
                TicketVersion = 2,
            },
            Undone(3, TicketStep.Queued),
            Orders.Started() with
            {
                EventId = Guid.NewGuid(),
                Chef = "chef-9",
                OccurredAt = Orders.Start.AddMinutes(5),
                TicketVersion = 4,
            },
            Ready(5, minutes: 9),
            Undone(6, TicketStep.Cooking),
            Ready(7, minutes: 12),
        ];

        foreach (var order in Permutations(told).Select(Hear))
        {
            (order.Status, order.Chef, order.TicketVersion).ShouldBe((OrderStatus.Ready, "chef-9", 7));
            (order.CookingStartedAt, order.ReadyAt).ShouldBe((Orders.Start.AddMinutes(5), Orders.Start.AddMinutes(12)));
            order.Corruptions().ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_step_that_was_taken_over_from_its_ticket_and_whose_event_comes_later_is_in_the_history_once()
    {
        var order = Hear([Orders.Started() with { TicketVersion = 2 }, Ready(5, minutes: 9)]);

        order.Apply(Ready(4, minutes: 9)).OrThrow();
        order.Apply(Ready(6, minutes: 12)).OrThrow();

        order.History.Count(entry => entry.Type == nameof(OrderReady)).ShouldBe(2, "the step at 9 minutes, and the one at 12");
        (order.ReadyAt, order.TicketVersion).ShouldBe((Orders.Start.AddMinutes(12), 6));
    }

    [Fact]
    public void A_start_that_is_taken_back_leaves_a_confirmed_order_that_can_be_cancelled()
    {
        foreach (var order in Permutations([Orders.Started() with { TicketVersion = 2 }, Undone(3, TicketStep.Queued)]).Select(Hear))
        {
            (order.Status, order.CookingStartedAt, order.Chef).ShouldBe((OrderStatus.Confirmed, null, null));
            order.MayBeCancelled(byManager: false).ShouldBeTrue();
            order.Corruptions().ShouldBeEmpty();
            OrderMeasures.Cooking.Of(order).ShouldBeNull();
        }
    }

    [Fact]
    public void A_cancelled_and_a_delivered_order_are_moved_by_nothing_that_is_taken_back()
    {
        var cancelled = Hear([Orders.Started() with { TicketVersion = 2 }]);
        cancelled.RequestCancellation("burnt", byManager: true, Orders.By("manager-1", 3)).OrThrow();
        cancelled.Apply(Undone(3, TicketStep.Queued)).OrThrow();
        cancelled.Status.ShouldBe(OrderStatus.Cancelled);

        var delivered = Hear([Orders.Started() with { TicketVersion = 2 }, Ready(3, minutes: 9)]);
        delivered.Take(Orders.By(Orders.Driver, 10)).OrThrow();
        delivered.HandOver(byManager: false, Orders.By(Orders.Driver, 20)).OrThrow();
        delivered.Apply(Undone(4, TicketStep.Cooking)).OrThrow();
        (delivered.Status, delivered.ReadyAt).ShouldBe((OrderStatus.Delivered, Orders.Start.AddMinutes(9)));
        delivered.Corruptions().ShouldBeEmpty();
    }

    [Fact]
    public void An_order_as_it_was_between_two_steps_follows_the_highest_version_then_known()
    {
        var order = Orders.In(OrderStatus.Confirmed);
        foreach (
            var (version, told) in new (long, OrderEvent)[]
            {
                (10, Orders.Started() with { TicketVersion = 2 }),
                (11, Ready(3, 9)),
                (12, Undone(4, TicketStep.Cooking)),
            }
        )
        {
            order.Version = version - 1;
            Apply(order, told);
        }

        order.Version = 12;

        order.AsOf(10).Status.ShouldBe(OrderStatus.Cooking);
        (order.AsOf(11).Status, order.AsOf(11).ReadyAt).ShouldBe((OrderStatus.Ready, Orders.Start.AddMinutes(9)));
        (order.AsOf(12).Status, order.AsOf(12).ReadyAt).ShouldBe((OrderStatus.Cooking, null));
    }

    private static Order Hear(IEnumerable<OrderEvent> told)
    {
        var order = Orders.In(OrderStatus.Confirmed);
        foreach (var one in told)
        {
            Apply(order, one);
            Apply(order, one);
        }

        return order;
    }

    private static void Apply(Order order, OrderEvent told) =>
        (
            told switch
            {
                CookingStarted started => order.Apply(started),
                OrderReady ready => order.Apply(ready),
                _ => order.Apply((TicketStepUndone)told),
            }
        ).OrThrow();

    private static OrderReady Ready(long version, int minutes) =>
        new()
        {
            OrderId = "order-1",
            Chef = version > 4 ? "chef-9" : Orders.Chef,
            CookingStartedAt = Orders.Start.AddMinutes(version > 4 ? 5 : 2),
            OccurredAt = Orders.Start.AddMinutes(minutes),
            TicketVersion = version,
        };

    private static TicketStepUndone Undone(long version, TicketStep step) =>
        new()
        {
            OrderId = "order-1",
            Step = step,
            Chef = step == TicketStep.Queued ? null : "chef-9",
            CookingStartedAt = step == TicketStep.Queued ? null : Orders.Start.AddMinutes(5),
            TicketVersion = version,
            OccurredAt = Orders.Start.AddMinutes(10),
        };

    private static IEnumerable<OrderEvent[]> Permutations(OrderEvent[] events) =>
        events.Length == 0
            ?
            [
                [],
            ]
            : events.SelectMany(first =>
                Permutations([.. events.Where(other => !ReferenceEquals(other, first))]).Select(OrderEvent[] (rest) => [first, .. rest])
            );

    private Task<HttpResponseMessage> RecallAsync(string id) =>
        Kitchen()
            .PostAsJsonAsync(
                new Uri($"/internal/orders/{id}/recall", UriKind.Relative),
                Undone(3, TicketStep.Cooking) with
                {
                    OrderId = id,
                    EventId = Guid.Parse(id),
                },
                PizzeriaJson.Options
            );

    private HttpClient Kitchen()
    {
        var client = _service.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            _service.Get<AccessTokenIssuer>().ForService("kitchen")
        );
        return client;
    }
}
