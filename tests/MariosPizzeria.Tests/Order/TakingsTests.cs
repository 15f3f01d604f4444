using System.Globalization;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>The money of a period, its late orders and its hours.</summary>
public sealed class TakingsTests : IAsyncDisposable
{
    private static readonly BusinessDays Rome = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/Rome"), new TimeOnly(4, 0));

    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Cash_counts_once_it_is_collected_and_a_card_once_it_is_charged()
    {
        await DeliveredAsync("cash");
        await _service.InAsync(OrderStatus.Confirmed, "credit_card");
        await _service.InAsync(OrderStatus.Confirmed, "cash");
        await _service.InAsync(OrderStatus.Pending, "credit_card");

        var takings = await TakingsAsync();

        Amounts(takings, "net", "cash", "card", "refunds", "cashDue").ShouldBe([67.56m, 33.78m, 33.78m, 0m, 33.78m]);
        takings.GetProperty("summary").GetProperty("orders").GetInt32().ShouldBe(4);
        var states = takings.GetProperty("states");
        new[] { "pending", "confirmed", "delivered", "cancelled" }
            .Select(state => states.GetProperty(state).GetInt32())
            .ShouldBe([1, 2, 1, 0]);
    }

    [Fact]
    public async Task A_refund_is_taken_off_on_the_day_on_which_it_is_made()
    {
        var id = await _service.InAsync(OrderStatus.Confirmed, "credit_card");
        var placed = Today();
        await _service.LaterAsync(TimeSpan.FromDays(1));
        await _service.As("manager").PostAsync($"/api/orders/{id}/cancel", new { reason = "out of dough" }).JsonAsync();
        await _service.ReachesAsync(id, OrderStatus.Cancelled);
        await _service.HearAsync(
            new PaymentRefunded
            {
                OrderId = id,
                Amount = new(3378),
                Reference = "ref_1",
                OccurredAt = _service.Clock.GetUtcNow(),
            }
        );
        await Answers.EventuallyAsync(async () => Amounts(await TakingsAsync(), "refunds")[0] == 33.78m, "the money is back");

        Amounts(await TakingsAsync(placed), "net", "card", "refunds").ShouldBe([33.78m, 33.78m, 0m]);
        Amounts(await TakingsAsync(), "net", "card", "refunds").ShouldBe([-33.78m, 0m, 33.78m]);
        Amounts(await TakingsAsync(placed, Today()), "net", "card", "refunds").ShouldBe([0m, 33.78m, 33.78m]);
    }

    [Fact]
    public async Task Cash_is_in_the_till_of_the_day_of_the_handover_and_a_handover_that_is_undone_takes_it_out()
    {
        var id = await _service.InAsync(OrderStatus.Ready, "cash");
        var placed = Today();
        await _service.LaterAsync(TimeSpan.FromDays(1));
        await HandOverAsync(id);

        Amounts(await TakingsAsync(placed), "cash", "cashDue").ShouldBe([0m, 0m]);
        Amounts(await TakingsAsync(), "cash").ShouldBe([33.78m]);

        await _service.As("driver").PostAsync($"/api/delivery/{id}/undo").JsonAsync();

        Amounts(await TakingsAsync(), "cash").ShouldBe([0m]);
        Amounts(await TakingsAsync(placed), "cashDue").ShouldBe([33.78m]);
    }

    [Fact]
    public async Task What_drivers_collected_is_told_apart_from_the_counter()
    {
        await DeliveredAsync("cash");
        await DeliveredAsync("cash");
        await DeliveredAsync("credit_card");
        var pickup = await _service.InAsync(OrderStatus.Ready, "cash", "pickup");
        await _service.As("driver").PostAsync($"/api/delivery/{pickup}/delivered").JsonAsync();

        var from = (await TakingsAsync()).GetProperty("cashFrom").EnumerateArray().ToList();

        from.Select(each =>
                (each.GetProperty("id").GetString(), each.GetProperty("orders").GetInt32(), each.GetProperty("amount").GetDecimal())
            )
            .ShouldBe([("driver-1", 2, 67.56m), (null, 1, 33.78m)]);
    }

    [Fact]
    public async Task The_share_of_tax_in_the_takings_is_that_of_each_orders_rate()
    {
        await using var taxed = new OrderFactory();
        await using var configured = taxed.WithWebHostBuilder(builder => builder.ConfigureServices(Tax));

        // 55.77 contain 5.07 at ten percent and 9.30 at twenty percent. An order without a rate counts with the configured one.
        (await TaxAsync("placed at the earlier rate", "2026-03-01T18:00:00Z", 20m)).ShouldBe(new Money(930));
        (await TaxAsync("placed before rates were recorded", "2026-03-02T18:00:00Z", percent: null)).ShouldBe(new Money(507));
        (await TaxAsync("placed when there was no tax", "2026-03-03T18:00:00Z", 0m)).ShouldBe(Money.Zero);
        var takings = await TakingsAsync(new(new(2026, 3, 1), new(2026, 3, 3)));

        (takings.Card, takings.Tax).ShouldBe((new Money(3 * 5577), new TaxResponse(10m, new Money(930 + 507))));

        static void Tax(IServiceCollection services) => services.AddSingleton(new TaxShare(10m));

        Task<TakingsResponse> TakingsAsync(ReportPeriod period) =>
            configured.Services.GetRequiredService<ReadTakings>().Handle(period, CancellationToken.None);

        async Task<Money> TaxAsync(string id, string at, decimal? percent)
        {
            var rate = percent is { } known ? new TaxShare(known) : null;
            await StoredAsync(configured.Services, id, at, PaymentMethod.CreditCard, paid: true, rate);
            var day = DateOnly.ParseExact(at[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);
            return (await TakingsAsync(new(day, day))).Tax.Amount;
        }
    }

    [Fact]
    public async Task A_refund_takes_off_the_tax_at_which_the_order_was_placed()
    {
        var order = Order.Place(Orders.New() with { Tax = new(20m) }, Orders.By(Orders.Customer)).Order;
        order.Apply(Orders.Paid(), Orders.By("worker", 1)).OrThrow();
        order.RequestCancellation("out of dough", byManager: true, Orders.By("manager-1", 2)).OrThrow();
        order.CancelAfterWithdrawal(Orders.By("manager-1", 2)).OrThrow();
        order.Apply(Orders.Refunded() with { OccurredAt = Orders.Start.AddDays(1) }).OrThrow();
        await AddAsync(_service.Services, order);

        (await TaxAsync(1, 1)).ShouldBe(new Money(930));
        (await TaxAsync(2, 2)).ShouldBe(new Money(-930));
        (await TaxAsync(1, 2)).ShouldBe(Money.Zero);

        async Task<Money> TaxAsync(int from, int to) =>
            (await _service.Get<ReadTakings>().Handle(new(new(2026, 3, from), new(2026, 3, to)), CancellationToken.None)).Tax.Amount;
    }

    [Fact]
    public async Task An_order_keeps_the_rate_at_which_it_was_placed_and_tells_its_tax()
    {
        await using var taxed = _service.WithWebHostBuilder(builder => builder.UseSetting("Shop:TaxPercent", "8.25"));
        using var client = taxed.CreateClient();

        var placed = await client.PostAsync("/api/guest/orders", OrderFactory.Request()).JsonAsync(201);

        var stored = await taxed
            .Services.GetRequiredService<IRepository<Order>>()
            .FindAsync(placed.GetProperty("id").GetString()!, CancellationToken.None);
        stored!.Tax.ShouldBe(new TaxShare(8.25m));
        placed.GetProperty("tax").GetRawText().ShouldBe("""{"percent":8.25,"amount":2.57}""");
        JsonSerializer
            .Deserialize<Order>(JsonSerializer.Serialize(stored, PizzeriaJson.Documents), PizzeriaJson.Documents)!
            .Tax.ShouldBe(stored.Tax);
    }

    [Fact]
    public async Task Who_was_late_is_named_by_number_with_the_longest_delay_first()
    {
        var orders = new[] { ("in time", 40), ("late", 43), ("later", 61) };
        foreach (var (id, minutes) in orders)
        {
            var order = Order.Place(Orders.New(PaymentMethod.Cash, Fulfilment.Pickup) with { Id = id }, Orders.By(Orders.Customer)).Order;
            order.Apply(Orders.Started() with { OrderId = id }).OrThrow();
            order.Apply(Orders.Ready() with { OrderId = id, OccurredAt = Orders.Start.AddMinutes(minutes - 20) }).OrThrow();
            await AddAsync(_service.Services, order);
        }

        var late = await _service.Get<ReadLateOrders>().Handle(new(new(2026, 3, 1), new(2026, 3, 1)), CancellationToken.None);
        var takings = await _service.Get<ReadTakings>().Handle(new(new(2026, 3, 1), new(2026, 3, 1)), CancellationToken.None);

        late.Items.Select(order => (order.Id, order.MinutesLate)).ShouldBe([("later", 21), ("late", 3)]);
        late.More.ShouldBeFalse();
        (takings.LateOrders, takings.AverageLateMinutes).ShouldBe((2, 12m));
    }

    [Fact]
    public async Task Hours_are_those_of_the_shops_clocks_also_where_they_are_put_back()
    {
        // In Rome the hour from 02:00 to 03:00 occurs twice on October 25.
        await StoredAsync(_service.Services, "a", "2026-10-24T17:30:00Z");
        await StoredAsync(_service.Services, "b", "2026-10-25T00:30:00Z");
        await StoredAsync(_service.Services, "c", "2026-10-25T01:30:00Z");
        await StoredAsync(_service.Services, "d", "2026-10-25T02:59:59Z");
        await StoredAsync(_service.Services, "next day", "2026-10-25T03:00:00Z");
        var reading = ActivatorUtilities.CreateInstance<ReadHours>(_service.Services, Rome);

        var hours = await reading.Handle(new(new(2026, 10, 24), new(2026, 10, 24)), CancellationToken.None);

        hours.Items.Select(hour => hour.Hour).ShouldBe([.. Enumerable.Range(4, 20), 0, 1, 2, 3]);
        hours.Items.Where(hour => hour.Orders > 0).Select(hour => (hour.Hour, hour.Orders)).ShouldBe([(19, 1), (2, 2), (3, 1)]);
        hours.Items.Select(hour => hour.Revenue).Sum().ShouldBe(new Money(4 * 5577));
    }

    [Fact]
    public async Task Days_of_a_time_zone_with_half_hours_have_whole_hours()
    {
        await StoredAsync(_service.Services, "a", "2026-03-01T13:29:59Z");
        await StoredAsync(_service.Services, "b", "2026-03-01T13:30:00Z");
        var kolkata = new BusinessDays(TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"), new TimeOnly(4, 30));
        var reading = ActivatorUtilities.CreateInstance<ReadHours>(_service.Services, kolkata);

        var hours = await reading.Handle(new(new(2026, 3, 1), new(2026, 3, 1)), CancellationToken.None);

        hours.Items.Where(hour => hour.Orders > 0).Select(hour => (hour.Hour, hour.Orders)).ShouldBe([(18, 1), (19, 1)]);
    }

    [Theory]
    [InlineData("takings?from=2026-02-02&to=2026-02-01")]
    [InlineData("late?from=yesterday")]
    [InlineData("hours?from=2026-01-01&to=2026-04-04")]
    [InlineData("orders?to=2026-02-30")]
    public async Task A_wrong_period_is_named(string report) =>
        await _service.As("manager").ReadAsync($"/api/reports/{report}").ProblemAsync(400, "validation");

    [Theory]
    [InlineData("takings?from=0001-01-01&to=0001-01-02")]
    [InlineData("late?from=9999-12-30&to=9999-12-31")]
    [InlineData("hours?from=9999-12-30&to=9999-12-31")]
    [InlineData("hours?from=0001-01-01&to=0001-01-02")]
    public async Task The_first_and_the_last_days_there_are_can_be_asked_for(string report) =>
        await _service.As("manager").ReadAsync($"/api/reports/{report}").JsonAsync();

    private DateOnly Today() => BusinessDays.Default.DayOf(_service.Clock.GetUtcNow());

    private Task<JsonElement> TakingsAsync(DateOnly? from = null, DateOnly? to = null) =>
        _service
            .As("manager")
            .ReadAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"/api/reports/takings?from={from ?? Today():yyyy-MM-dd}&to={to ?? from ?? Today():yyyy-MM-dd}"
                )
            )
            .JsonAsync();

    private static decimal[] Amounts(JsonElement takings, params IEnumerable<string> names) =>
        [.. names.Select(name => takings.GetProperty(name).GetDecimal())];

    private async Task DeliveredAsync(string paymentMethod) =>
        await HandOverAsync(await _service.InAsync(OrderStatus.Ready, paymentMethod));

    private async Task HandOverAsync(string id)
    {
        await _service.As("driver").PostAsync($"/api/delivery/{id}/take").JsonAsync();
        await _service.As("driver").PostAsync($"/api/delivery/{id}/delivered").JsonAsync();
    }

    private static async Task StoredAsync(
        IServiceProvider services,
        string id,
        string at,
        PaymentMethod method = PaymentMethod.Cash,
        bool paid = false,
        TaxShare? tax = null
    )
    {
        var cause = new Cause(Orders.Customer, DateTimeOffset.Parse(at, CultureInfo.InvariantCulture));
        var order = Order.Place(Orders.New(method) with { Id = id, Tax = tax }, cause).Order;
        if (paid)
        {
            order.Apply(Orders.Paid(method) with { OrderId = id, OccurredAt = cause.At }, cause).OrThrow();
        }

        await AddAsync(services, order);
    }

    private static async Task AddAsync(IServiceProvider services, Order order) =>
        (await services.GetRequiredService<IRepository<Order>>().AddAsync(order, [], handled: null, CancellationToken.None)).ShouldBeTrue();
}
