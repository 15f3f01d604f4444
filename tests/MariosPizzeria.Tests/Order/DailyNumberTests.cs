using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Worker.Mail;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>The short numbers that people use for orders.</summary>
public sealed class DailyNumberTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    // At noon, so that an order promised a little later is due on the same day.
    public DailyNumberTests()
    {
        var now = _service.Clock.GetUtcNow();
        _service.Clock.Advance(now.UtcDateTime.Date.AddDays(1).AddHours(12) - now.UtcDateTime);
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task The_orders_of_a_day_are_numbered_from_one()
    {
        (await PlaceAsync()).ShouldBe(1);
        (await PlaceAsync()).ShouldBe(2);
        (await PlaceAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task A_business_day_begins_with_one_again()
    {
        (await PlaceAsync()).ShouldBe(1);

        await _service.LaterAsync(TimeSpan.FromDays(1));

        (await PlaceAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Many_at_once_have_numbers_of_their_own()
    {
        var numbers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => PlaceAsync()));

        numbers.Distinct().Count().ShouldBe(30);
    }

    [Fact]
    public async Task Numbers_go_on_above_those_that_are_stored_when_Redis_has_forgotten_them()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PlaceAsync()));
        await ForgetAsync();

        var numbers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PlaceAsync()));

        numbers.Distinct().Count().ShouldBe(20);
        numbers.ShouldAllBe(number => number > 5);
    }

    [Fact]
    public async Task A_repeated_request_is_told_the_same_number()
    {
        var customer = _service.As("customer");
        customer.DefaultRequestHeaders.Add("Idempotency-Key", "key-1");
        using var first = await customer.PostAsync("/api/orders", OrderFactory.Request());
        using var again = await customer.PostAsync("/api/orders", OrderFactory.Request());

        var number = await NumberOfAsync(first);
        (await NumberOfAsync(again)).ShouldBe(number);
        (await PlaceAsync()).ShouldBe(number + 1, "a repetition takes none");
    }

    [Fact]
    public async Task An_order_is_found_by_its_exact_number_todays_first()
    {
        await PlaceAsync();
        await _service.LaterAsync(TimeSpan.FromDays(1));
        var today = await _service.As("customer").PostAsync("/api/orders", OrderFactory.Request()).JsonAsync(201);
        for (var n = 2; n <= 12; n++)
        {
            await PlaceAsync();
        }

        foreach (var q in new[] { "1", "%231" })
        {
            var found = await _service.As(Roles.Manager).GetAsync(new Uri($"/api/orders?q={q}", UriKind.Relative)).JsonAsync();

            var items = found.GetProperty("items").EnumerateArray().ToList();
            items.Select(order => order.GetProperty("number").GetInt32()).ShouldBe([1, 1], "not 10, 11 or 12");
            items[0].GetProperty("id").GetString().ShouldBe(today.GetProperty("id").GetString());
        }
    }

    [Fact]
    public void Who_is_told_of_an_order_is_told_its_number()
    {
        var confirmed = new OrderConfirmed
        {
            OrderId = "order-1",
            Number = 47,
            CustomerId = "customer-1",
            Lines = [],
            Total = new(0),
            Fulfilment = Fulfilment.Pickup,
            PlacedAt = Orders.Start,
            PromisedAt = Orders.Start,
        };

        var told = Notification.Of(confirmed, "customer-1", "order_confirmed", "Order confirmed", "It is.");

        told.Title.ShouldBe("Order confirmed (#47)");
        told.Number.ShouldBe(47);
        NotificationMail.Of(told, "ada@example.org", site: null, BusinessDays.Default).Text.ShouldContain("Your order #47: order-1");
        Notification.Of(confirmed with { Number = null }, "c", "t", "Order confirmed", "It is.").Title.ShouldBe("Order confirmed");
    }

    // Deletes the counter, as if Redis had been restarted empty.
    private async Task ForgetAsync()
    {
        var day = _service.Get<DailyOrderNumbers>().DayOf(_service.Clock.GetUtcNow());
        await _service.Get<ICache>().RemoveAsync($"order-number:{day:yyyy-MM-dd}", expected: null, CancellationToken.None);
    }

    private async Task<int> PlaceAsync()
    {
        using var response = await _service.As("customer").PostAsync("/api/orders", OrderFactory.Request());
        return await NumberOfAsync(response);
    }

    private static async Task<int> NumberOfAsync(HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()).GetProperty("number").GetInt32();
}
