using FsCheck;
using FsCheck.Fluent;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class PromiseTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void While_nothing_is_known_a_pizza_takes_ten_minutes_and_the_road_twenty() =>
        Workload.Unknown.MinutesFor(1).ShouldBe(new(Pickup: 10, Delivery: 30, Road: 20));

    [Fact]
    public void One_ticket_that_was_bumped_at_once_does_not_make_a_full_kitchen_fast()
    {
        var bumped = Cooked(TimeSpan.FromSeconds(0.3));

        var minutes = Of(waiting: 1437, [bumped]).MinutesFor(1);

        minutes.Pickup.ShouldBe(24 * 60);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(4, 10)]
    [InlineData(5, 20)]
    [InlineData(20, 50)]
    [InlineData(50, 110)]
    public void What_waits_is_shared_by_the_places_and_waited_for_only_where_none_is_free(int waiting, int minutes) =>
        Of(waiting, []).MinutesFor(1).Pickup.ShouldBe(minutes);

    [Fact]
    public void The_times_of_the_last_fifty_tickets_count_each_within_two_and_twenty_minutes_a_pizza()
    {
        Of(waiting: 0, [.. Enumerable.Repeat(Cooked(TimeSpan.FromSeconds(1)), 50)]).PizzaMinutes.ShouldBe(2);
        Of(waiting: 0, [.. Enumerable.Repeat(Cooked(TimeSpan.FromHours(9)), 50)]).PizzaMinutes.ShouldBe(20);
        Of(waiting: 0, [.. Enumerable.Repeat(Cooked(TimeSpan.FromMinutes(6)), 50)]).PizzaMinutes.ShouldBe(3, "a ticket has two pizzas");
    }

    [Fact]
    public void The_road_is_the_80th_percentile_of_the_last_deliveries_once_ten_are_known()
    {
        List<Ticket> driven = [.. Enumerable.Range(1, 10).Select(n => Driven(minutes: n + 2))];

        Of(waiting: 0, [], driven.Take(9)).RoadMinutes.ShouldBe(20);
        Of(waiting: 0, [], driven).RoadMinutes.ShouldBe(10);
    }

    [Fact]
    public void A_delivery_that_is_told_again_later_took_no_longer()
    {
        var ticket = Driven(minutes: 9);

        ticket.Arrive(Delivered(minutes: 9), new Cause("driver-1", Noon.AddHours(3))).Value.ShouldBeFalse();

        (ticket.ArrivedAt - ticket.DepartedAt).ShouldBe(TimeSpan.FromMinutes(9));
    }

    [Fact]
    public void More_work_and_larger_orders_never_mean_a_shorter_promise_and_more_places_no_longer_one() =>
        Prop.ForAll(
                Numbers(300).Zip(Numbers(300)).ToArbitrary(),
                Numbers(40).Zip(Numbers(30)).ToArbitrary(),
                (work, order) =>
                {
                    var pizzas = order.Item1 + 1;
                    var workload = Of(work.Item1, [Cooked(TimeSpan.FromMinutes(order.Item2)), Cooked(TimeSpan.FromMinutes(7))]);
                    var busier = workload with
                    {
                        Tickets = workload.Tickets + work.Item2,
                        PizzasAhead = workload.PizzasAhead + (2 * work.Item2),
                    };

                    var minutes = workload.MinutesFor(pizzas);

                    busier.MinutesFor(pizzas).Pickup.ShouldBeGreaterThanOrEqualTo(minutes.Pickup);
                    busier.MinutesFor(pizzas).Delivery.ShouldBeGreaterThanOrEqualTo(minutes.Delivery);
                    workload.MinutesFor(pizzas + 1).Pickup.ShouldBeGreaterThanOrEqualTo(minutes.Pickup);
                    (workload with { Capacity = 6 }).MinutesFor(pizzas).Pickup.ShouldBeLessThanOrEqualTo(minutes.Pickup);
                    (workload with { ExtraMinutes = 15 }).MinutesFor(pizzas).Pickup.ShouldBeInRange(10, 24 * 60);
                    (minutes.Pickup % 5, minutes.Delivery % 5).ShouldBe((0, 0));
                    minutes.Delivery.ShouldBeGreaterThanOrEqualTo(minutes.Pickup);
                }
            )
            .QuickCheckThrowOnFailure();

    private static Gen<int> Numbers(int most) => Gen.Choose(0, most);

    private static Workload Of(int waiting, IReadOnlyCollection<Ticket> cooked, IEnumerable<Ticket>? driven = null) =>
        Pace.Of(
            capacity: 5,
            new TicketsAhead(Cooking: 0, CookingPizzas: 0, waiting, waiting),
            cooked,
            driven ?? [],
            extraMinutes: 0,
            Workload.DefaultLeastMinutes
        );

    private static Ticket Cooked(TimeSpan time)
    {
        var ticket = Ticket.Queue(KitchenFactory.Confirmed("order-1", Noon), Workload.DefaultPizzaMinutes);
        ticket.Start(new Cause("chef-1", Noon)).OrThrow();
        ticket.Finish(new Cause("chef-1", Noon + time)).OrThrow();
        return ticket;
    }

    private static Ticket Driven(int minutes)
    {
        var ticket = Cooked(TimeSpan.FromMinutes(10));
        ticket.Arrive(Delivered(minutes), new Cause("driver-1", Noon.AddHours(1))).Value.ShouldBeTrue();
        return ticket;
    }

    private static OrderDelivered Delivered(int minutes) =>
        new()
        {
            OrderId = "order-1",
            CustomerId = "customer-1",
            Lines = [],
            Total = Money.Zero,
            PlacedAt = Noon,
            PromisedAt = Noon,
            DeliveringAt = Noon.AddMinutes(10),
            DeliveredAt = Noon.AddMinutes(10 + minutes),
        };
}
