using System.Globalization;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>Reports as the manager receives them.</summary>
public sealed class ReportTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Today_is_held_against_yesterday_and_cancelled_orders_are_no_revenue()
    {
        await _service.InAsync(OrderStatus.Confirmed);
        await _service.LaterAsync(TimeSpan.FromDays(1));
        await DeliveredAsync();
        await _service.InAsync(OrderStatus.Ready);
        var cancelled = await _service.PlacedAsync();
        await _service.As("customer").PostAsync($"/api/orders/{cancelled}/cancel", new { reason = "changed my mind" }).JsonAsync();
        await Answers.EventuallyAsync(
            async () => (await ReportAsync("overview")).GetProperty("today").GetProperty("cancelled").GetInt32() == 1,
            "the kitchen has let it go"
        );

        var overview = await ReportAsync("overview");
        var (today, yesterday) = (overview.GetProperty("today"), overview.GetProperty("yesterday"));

        (Number(today, "orders"), Number(today, "delivered"), Number(today, "cancelled")).ShouldBe((3, 1, 1));
        (today.GetProperty("revenue").GetRawText(), today.GetProperty("averageOrderValue").GetRawText()).ShouldBe(("67.56", "33.78"));
        (Number(yesterday, "orders"), yesterday.GetProperty("revenue").GetRawText()).ShouldBe((1, "33.78"));
        overview.GetProperty("change").GetProperty("orders").GetInt32().ShouldBeInRange(2, 3);
        (Number(overview.GetProperty("active"), "confirmed"), Number(overview.GetProperty("active"), "ready")).ShouldBe((1, 1));
        var promise = today.GetProperty("promise");
        (Number(promise, "orders"), Number(promise, "kept"), promise.GetProperty("averagePromisedMinutes").GetDecimal()).ShouldBe(
            (1, 1, 32m)
        );
    }

    [Fact]
    public async Task An_order_that_is_cancelled_a_day_later_is_taken_from_its_own_day()
    {
        var id = await _service.InAsync(OrderStatus.Confirmed);
        var day = BusinessDays.Default.DayOf(_service.Clock.GetUtcNow());
        (await ReportAsync("overview")).GetProperty("today").GetProperty("revenue").GetRawText().ShouldBe("33.78");

        await _service.LaterAsync(TimeSpan.FromDays(1));
        await _service.As("manager").PostAsync($"/api/orders/{id}/cancel", new { reason = "never fetched" }).JsonAsync();

        var days = new List<JsonElement>();
        await Answers.EventuallyAsync(
            async () =>
            {
                days = [.. (await ReportAsync($"timeseries?from={day:yyyy-MM-dd}")).GetProperty("items").EnumerateArray()];
                return days[0].GetProperty("cancelled").GetInt32() == 1;
            },
            "the kitchen has let it go"
        );
        days.Select(each => each.GetProperty("revenue").GetRawText()).ShouldBe(["0.00", "0.00"]);
        days[0].GetProperty("period").GetString().ShouldBe($"{day:yyyy-MM-dd}");
    }

    [Fact]
    public async Task Pizzas_staff_and_customers_are_ranked()
    {
        await DeliveredAsync();
        await DeliveredAsync();

        var pizza = (await ReportAsync("pizzas")).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        var staff = (await ReportAsync("staff")).GetProperty("items").EnumerateArray().ToList();
        var customers = await ReportAsync("customers");

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
    public async Task Days_are_the_shops()
    {
        // In Rome days end at 04:00: a and b belong to the 28th, c and d to the 29th, e to the 30th. On the 29th clocks are put forward.
        await PlacedAsync("a", "2026-03-28T03:00:00Z");
        await PlacedAsync("b", "2026-03-29T01:59:59Z");
        await PlacedAsync("c", "2026-03-29T02:00:00Z");
        await PlacedAsync("d", "2026-03-30T01:59:59Z");
        await PlacedAsync("e", "2026-03-30T02:00:00Z");
        var rome = new BusinessDays(TimeZoneInfo.FindSystemTimeZoneById("Europe/Rome"), new TimeOnly(4, 0));
        var reports = ActivatorUtilities.CreateInstance<ReadReports>(_service.Services, rome);

        var series = await reports.TimeseriesAsync(Bucket.Day, new(new(2026, 3, 28), new(2026, 3, 30)), CancellationToken.None);
        var weeks = await reports.TimeseriesAsync(Bucket.Week, new(new(2026, 3, 23), new(2026, 4, 5)), CancellationToken.None);
        var months = await reports.TimeseriesAsync(Bucket.Month, new(new(2026, 1, 1), new(2026, 3, 31)), CancellationToken.None);

        series.Items.Select(item => (item.Period, item.Orders)).ShouldBe([("2026-03-28", 2), ("2026-03-29", 2), ("2026-03-30", 1)]);
        weeks.Items.Select(item => (item.Period, item.Orders)).ShouldBe([("2026-W13", 4), ("2026-W14", 1)]);
        months.Items.Select(item => item.Orders).ShouldBe([0, 0, 5]);
        (await reports.PizzasAsync(new(new(2026, 3, 30), new(2026, 3, 30)), CancellationToken.None))
            .Items.Sum(item => item.Quantity)
            .ShouldBe(3);
        ReportPeriod
            .Parse(new("2026-03-29T01:59Z", "2026-03-29T02:00Z"), rome, new(2026, 4, 1), new())
            .ShouldBe(new(new(2026, 3, 28), new(2026, 3, 29)));
    }

    [Fact]
    public async Task The_first_and_the_last_days_there_are_can_be_asked_for()
    {
        (await ReportAsync("customers?from=0001-01-01&to=0001-01-02")).GetProperty("customers").GetInt32().ShouldBe(0);
        (await ReportAsync("timeseries?from=9999-12-30&to=9999-12-31")).GetProperty("items").GetArrayLength().ShouldBe(2);
        (await ReportAsync("daily?from=9999-12-30&to=9999-12-31T23:59Z")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public void A_period_is_cut_into_weeks_of_ISO_8601_and_months()
    {
        var period = new ReportPeriod(new(2026, 12, 30), new(2027, 1, 5));

        period
            .TruncateToBucket(Bucket.Week)
            .ShouldBe([("2026-W53", new(2026, 12, 30), new(2027, 1, 3)), ("2027-W01", new(2027, 1, 4), new(2027, 1, 5))]);
        period
            .TruncateToBucket(Bucket.Month)
            .ShouldBe([("2026-12", new(2026, 12, 30), new(2026, 12, 31)), ("2027-01", new(2027, 1, 1), new(2027, 1, 5))]);
        period.TruncateToBucket(Bucket.Day).Count().ShouldBe(7);
    }

    [Theory]
    [InlineData("", 30)]
    [InlineData("?bucket=week", 12)]
    [InlineData("?bucket=month", 12)]
    [InlineData("?bucket=month&from=2026-01-31&to=2026-02-01", 2)]
    public async Task A_timeseries_has_a_part_for_each_bucket_also_where_nothing_was_ordered(string query, int parts)
    {
        var report = await ReportAsync("timeseries" + query);

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
        (await _service.As("manager").ReadAsync($"/api/reports/{report}").ProblemAsync(400, "validation"))
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
        await _service.Anonymous().ReadAsync($"/api/reports/{report}").ProblemAsync(401, "unauthenticated");
        await _service.As("customer").ReadAsync($"/api/reports/{report}").ProblemAsync(403, "forbidden");
        await _service.As("chef").ReadAsync($"/api/reports/{report}").ProblemAsync(403, "forbidden");
        await ReportAsync(report);
    }

    private static int Number(JsonElement json, string property) => json.GetProperty(property).GetInt32();

    private async Task<string> DeliveredAsync()
    {
        var id = await _service.InAsync(OrderStatus.Ready);
        await _service.As("driver").PostAsync($"/api/delivery/{id}/take").JsonAsync();
        await _service.As("driver").PostAsync($"/api/delivery/{id}/delivered").JsonAsync();
        return id;
    }

    private async Task PlacedAsync(string id, string at)
    {
        var cause = new Cause(Orders.Customer, DateTimeOffset.Parse(at, CultureInfo.InvariantCulture));
        var order = Order.Place(Orders.New() with { Id = id }, cause).Order;
        (await _service.Get<IRepository<Order>>().AddAsync(order, [], handled: null, CancellationToken.None)).ShouldBeTrue();
    }

    private Task<JsonElement> ReportAsync(string report) => _service.As("manager").ReadAsync($"/api/reports/{report}").JsonAsync();
}
