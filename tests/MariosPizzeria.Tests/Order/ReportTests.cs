using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Worker.Analytics;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>Reports as the manager gets them, from figures that a worker on the same database keeps.</summary>
public sealed class ReportTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();
    private readonly WorkerFactory _worker;

    public ReportTests() => _worker = new(() => _service.Server.CreateHandler()) { SharesWith = _service };

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Today_is_held_against_yesterday_and_cancelled_orders_are_no_revenue()
    {
        await Told(await _service.In(OrderStatus.Confirmed));
        _service.Clock.Advance(TimeSpan.FromDays(1));
        await Told(await Delivered());
        await Told(await _service.In(OrderStatus.Ready));
        var cancelled = await _service.Placed();
        await _service.As("customer").Post($"/api/orders/{cancelled}/cancel", new { reason = "changed my mind" }).Json();
        await Told(cancelled);

        await Reports("overview", report => report.GetProperty("today").GetProperty("orders").GetInt32() == 3);
        var overview = await Report("overview");
        var (today, yesterday) = (overview.GetProperty("today"), overview.GetProperty("yesterday"));

        (Number(today, "orders"), Number(today, "delivered"), Number(today, "cancelled")).ShouldBe((3, 1, 1));
        (today.GetProperty("revenue").GetRawText(), today.GetProperty("averageOrderValue").GetRawText()).ShouldBe(("67.56", "33.78"));
        (Number(yesterday, "orders"), yesterday.GetProperty("revenue").GetRawText()).ShouldBe((1, "33.78"));
        overview.GetProperty("change").GetProperty("orders").GetInt32().ShouldBeInRange(2, 3);
        (Number(overview.GetProperty("active"), "confirmed"), Number(overview.GetProperty("active"), "ready")).ShouldBe((1, 1));
        var promise = today.GetProperty("promise");
        (Number(promise, "orders"), Number(promise, "kept"), promise.GetProperty("averagePromisedMinutes").GetDecimal()).ShouldBe(
            (2, 2, 12m)
        );
    }

    [Fact]
    public async Task Repeated_late_and_reordered_events_change_nothing()
    {
        var id = await Delivered();
        var order = (await _service.Get<IRepository<Order>>().Find(id, CancellationToken.None))!;
        Event[] events =
        [
            Placed(order),
            Handed(order),
            new OrderReady
            {
                OrderId = id,
                Chef = "chef-1",
                CookingStartedAt = order.PlacedAt,
            },
        ];

        foreach (var each in events.Reverse().Concat(events).Concat(events))
        {
            await Hear(each);
        }

        await Reports("overview", report => report.GetProperty("today").GetProperty("delivered").GetInt32() == 1);
        await Settles();
        var today = (await Report("overview")).GetProperty("today");
        (Number(today, "orders"), today.GetProperty("revenue").GetRawText()).ShouldBe((1, "33.78"));
    }

    [Fact]
    public async Task An_order_that_is_cancelled_a_day_later_is_taken_from_its_own_day()
    {
        var id = await _service.In(OrderStatus.Confirmed);
        var day = _service.Clock.GetUtcNow();
        await Told(id);
        await Reports("overview", report => report.GetProperty("today").GetProperty("revenue").GetRawText() == "33.78");

        _service.Clock.Advance(TimeSpan.FromDays(1));
        await _service.As("manager").Post($"/api/orders/{id}/cancel", new { reason = "never fetched" }).Json();
        await Told(id);

        var report = await Reports(
            $"timeseries?from={day:yyyy-MM-dd}",
            series => series.GetProperty("items")[0].GetProperty("cancelled").GetInt32() == 1
        );
        var days = report.GetProperty("items").EnumerateArray().ToList();
        days.Select(each => each.GetProperty("revenue").GetRawText()).ShouldBe(["0.00", "0.00"]);
        days[0].GetProperty("period").GetString().ShouldBe($"{day:yyyy-MM-dd}");
    }

    [Fact]
    public async Task Pizzas_staff_and_customers_are_ranked()
    {
        await Told(await Delivered());
        await Told(await Delivered());
        await Reports("overview", report => report.GetProperty("today").GetProperty("delivered").GetInt32() == 2);

        var pizza = (await Report("pizzas")).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        var staff = (await Report("staff")).GetProperty("items").EnumerateArray().ToList();
        var customers = await Report("customers");

        (pizza.GetProperty("pizzaId").GetString(), Number(pizza, "quantity"), pizza.GetProperty("revenue").GetRawText()).ShouldBe(
            ("margherita", 4, "67.56")
        );
        staff
            .Select(each => (each.GetProperty("role").GetString(), each.GetProperty("id").GetString(), Number(each, "orders")))
            .ShouldBe([("chef", "chef-1", 2), ("driver", "driver-1", 2)], ignoreOrder: true);
        (Number(customers, "customers"), Number(customers, "returning")).ShouldBe((1, 1));
        customers.GetProperty("items")[0].GetProperty("averageOrderValue").GetRawText().ShouldBe("33.78");
    }

    [Fact]
    public async Task More_orders_at_one_time_than_are_read_at_once_are_each_counted_once()
    {
        var orders = _service.Get<IRepository<Order>>();
        for (var n = 0; n < 1203; n++)
        {
            // Three times in one slice, so that a page ends amid orders of the same time.
            var placed = Orders.New() with
            {
                Id = $"order-{n:0000}",
            };
            await orders.Add(Order.Place(placed, Orders.By(Orders.Customer, n % 3)).Order, [], handled: null, CancellationToken.None);
        }

        var slice = FigureSlice.Of(Orders.Start);
        slice.Touch();
        await _service.Get<IRepository<FigureSlice>>().Add(slice, [], handled: null, CancellationToken.None);
        await ActivatorUtilities.CreateInstance<CountFigures>(_service.Services).Handle(CancellationToken.None);

        var day = await _service.Get<IRepository<FigureDay>>().Find("2026-03-01", CancellationToken.None);
        (day!.Figures.Orders, day.Figures.Revenue).ShouldBe((1203, new Money(5577) * 1203));
    }

    [Fact]
    public void A_period_is_cut_into_weeks_of_ISO_8601_and_months()
    {
        var period = new ReportPeriod(new(2026, 12, 30), new(2027, 1, 5));

        period
            .Cut(Bucket.Week)
            .ShouldBe([("2026-W53", new(2026, 12, 30), new(2027, 1, 3)), ("2027-W01", new(2027, 1, 4), new(2027, 1, 5))]);
        period
            .Cut(Bucket.Month)
            .ShouldBe([("2026-12", new(2026, 12, 30), new(2026, 12, 31)), ("2027-01", new(2027, 1, 1), new(2027, 1, 5))]);
        period.Cut(Bucket.Day).Count().ShouldBe(7);
    }

    [Theory]
    [InlineData("", 30)]
    [InlineData("?bucket=week", 12)]
    [InlineData("?bucket=month", 12)]
    [InlineData("?bucket=month&from=2026-01-31&to=2026-02-01", 2)]
    public async Task A_timeseries_has_a_part_for_each_bucket_also_where_nothing_was_ordered(string query, int parts)
    {
        var report = await Report("timeseries" + query);

        report.GetProperty("items").GetArrayLength().ShouldBe(parts);
        report.GetProperty("items")[0].GetProperty("revenue").GetRawText().ShouldBe("0.00");
    }

    [Theory]
    [InlineData("timeseries?bucket=year", "bucket")]
    [InlineData("timeseries?from=yesterday", "from")]
    [InlineData("pizzas?from=2026-02-02&to=2026-02-01", "from")]
    [InlineData("staff?to=2026-02-30", "to")]
    [InlineData("timeseries?from=11/12/2026", "from")]
    [InlineData("pizzas?from=12:00", "from")]
    [InlineData("staff?to=2026-11", "to")]
    [InlineData("customers?to=1762905600", "to")]
    [InlineData("daily?from=12 Nov 2026", "from")]
    [InlineData("daily?from=2026-02-02T00:00Z&to=2026-02-01", "from")]
    [InlineData("daily?from=2026-02-02T12:00Z&to=2026-02-02T11:00Z", "from")]
    [InlineData("customers?from=0001-01-01&to=9999-12-31", "from")]
    public async Task A_wrong_period_is_named(string report, string field) =>
        (await _service.As("manager").Read($"/api/reports/{report}").Problem(400, "validation"))
            .GetProperty("errors")
            .TryGetProperty(field, out _)
            .ShouldBeTrue();

    [Theory]
    [InlineData("overview")]
    [InlineData("timeseries")]
    [InlineData("pizzas")]
    [InlineData("staff")]
    [InlineData("customers")]
    public async Task Reports_are_the_managers(string report)
    {
        await _service.Anonymous().Read($"/api/reports/{report}").Problem(401, "unauthenticated");
        await _service.As("customer").Read($"/api/reports/{report}").Problem(403, "forbidden");
        await _service.As("chef").Read($"/api/reports/{report}").Problem(403, "forbidden");
        await Report(report);
    }

    private static int Number(JsonElement json, string property) => json.GetProperty(property).GetInt32();

    private static OrderPlaced Placed(Order order) =>
        new()
        {
            OrderId = order.Id,
            OccurredAt = order.PlacedAt,
            CustomerId = order.Customer.Id,
            Lines = order.Lines,
            Total = order.Total,
            Fulfilment = order.Fulfilment,
            PaymentMethod = order.PaymentMethod,
            EstimatedReadyAt = order.EstimatedReadyAt,
        };

    private static OrderDelivered Handed(Order order) =>
        new()
        {
            OrderId = order.Id,
            CustomerId = order.Customer.Id,
            Lines = order.Lines,
            Total = order.Total,
            PlacedAt = order.PlacedAt,
            PromisedAt = order.EstimatedReadyAt,
        };

    private async Task<string> Delivered()
    {
        var id = await _service.In(OrderStatus.Ready);
        await _service.As("driver").Post($"/api/delivery/{id}/take").Json();
        await _service.As("driver").Post($"/api/delivery/{id}/delivered").Json();
        return id;
    }

    /// <summary>Tells the worker of an order as it is.</summary>
    private async Task Told(string id)
    {
        var order = (await _service.Get<IRepository<Order>>().Find(id, CancellationToken.None))!;
        await Hear(
            order.Status switch
            {
                OrderStatus.Delivered => Handed(order),
                OrderStatus.Cancelled => new OrderCancelled
                {
                    OrderId = id,
                    CustomerId = order.Customer.Id,
                    Reason = "changed my mind",
                    Total = order.Total,
                    PlacedAt = order.PlacedAt,
                    RefundDue = false,
                },
                _ => Placed(order),
            }
        );
    }

    private Task Hear(Event e) => _worker.Get<MassTransit.IBus>().Publish(e, e.GetType());

    private Task<JsonElement> Report(string report) => _service.As("manager").Read($"/api/reports/{report}").Json();

    private async Task<JsonElement> Reports(string report, Func<JsonElement, bool> says)
    {
        await Answers.Eventually(async () => says(await Report(report)), $"the report {report}");
        return await Report(report);
    }

    private Task Settles() =>
        Answers.Eventually(
            async () =>
                (await _service.Get<IRepository<FigureSlice>>().List(Query<FigureSlice>.All, CancellationToken.None)).All(slice =>
                    !slice.IsStale()
                ),
            "everything is counted"
        );
}
