using System.Text.Json;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

public sealed class ReadOrdersTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Another_customers_order_is_not_found()
    {
        var theirs = await _service.PlacedAsync(by: _service.As("manager"));
        var customer = _service.As("customer");

        await customer.ReadAsync($"/api/orders/{theirs}").ProblemAsync(404, "not-found");
        await customer.ReadAsync($"/api/orders/{theirs}/timeline").ProblemAsync(404, "not-found");
        await customer.PostAsync($"/api/orders/{theirs}/cancel", new { reason = "mine now" }).ProblemAsync(404, "not-found");
        (await customer.ReadAsync("/api/orders").JsonAsync()).GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("chef")]
    [InlineData("driver")]
    [InlineData("manager")]
    public async Task Staff_sees_every_order(string role)
    {
        var id = await _service.PlacedAsync();

        (await _service.As(role).ReadAsync($"/api/orders/{id}").JsonAsync()).GetProperty("id").GetString().ShouldBe(id);
        (await _service.As(role).ReadAsync("/api/orders").JsonAsync()).GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Staff_see_the_names_of_those_who_acted_on_an_order_and_customers_do_not()
    {
        await _service.RegisterAsync("ada");
        var ada = _service.AsUser(Account.IdOf("ada"), "customer");
        var id = await _service.PlacedAsync(by: ada);

        var told = (await _service.As("chef").ReadAsync($"/api/orders/{id}/timeline").JsonAsync()).GetProperty("events")[0];
        var own = (await ada.ReadAsync($"/api/orders/{id}/timeline").JsonAsync()).GetProperty("events")[0];

        told.GetProperty("actorName").GetString().ShouldBe("ada");
        own.GetProperty("actor").GetString().ShouldBe(Account.IdOf("ada"));
        (own.TryGetProperty("actorName", out var name) && name.ValueKind != JsonValueKind.Null).ShouldBeFalse();
    }

    [Theory]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(32)]
    public async Task An_order_is_found_by_the_number_that_people_see(int letters)
    {
        var id = await _service.PlacedAsync();
        await _service.PlacedAsync();
        var number = id[..letters];
        foreach (var q in new[] { number, number.ToUpperInvariant(), $"%23{number.ToUpperInvariant()}", $"%20{number}%20" })
        {
            var found = await _service.As("manager").ReadAsync($"/api/orders?q={q}").JsonAsync();
            found.GetProperty("items").EnumerateArray().Select(order => order.GetProperty("id").GetString()).ShouldBe([id]);
            found.GetProperty("total").GetInt32().ShouldBe(1);
        }

        var own = await _service.As("customer").ReadAsync($"/api/orders?q={number}").JsonAsync();
        own.GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_number_finds_no_order_of_somebody_else()
    {
        var theirs = await _service.PlacedAsync(by: _service.As("manager"));

        (await _service.As("customer").ReadAsync($"/api/orders?q={theirs}").JsonAsync()).GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("ada", 3)]
    [InlineData("%20ADA%20", 3)]
    [InlineData("ada+l", 2)]
    [InlineData("lovelace", 0)]
    [InlineData("0100", 3)]
    [InlineData("555-0100", 3)]
    [InlineData("(555)+0100", 3)]
    [InlineData("100", 0)]
    [InlineData("2233", 1)]
    [InlineData("12345", 0)]
    [InlineData("%25%25%25%25%25%25", 0)]
    [InlineData("______", 0)]
    public async Task Orders_are_found_by_the_beginning_of_a_name_or_the_end_of_a_phone(string q, int found)
    {
        await Order("Ada", "+1 555 0100");
        await Order("Ada Lovelace", "+1 555 0100");
        await Order("ada lovelace", "(1) 555-0100");
        await Order("Bob", "020 7946 112233");

        var list = await _service.As("manager").ReadAsync($"/api/orders?q={q}").JsonAsync();

        (list.GetProperty("total").GetInt32(), list.GetProperty("items").GetArrayLength()).ShouldBe((found, found));
        (await _service.As("chef").ReadAsync($"/api/orders?q={q}&status=pending").JsonAsync()).GetProperty("total").GetInt32().ShouldBe(0);

        Task<JsonElement> Order(string name, string phone)
        {
            var body = JsonSerializer.SerializeToNode(OrderFactory.Request())!;
            body["customer"]!["name"] = name;
            body["customer"]!["phone"] = phone;
            return _service.As("customer").PostAsync("/api/orders", body).JsonAsync(201);
        }
    }

    [Fact]
    public async Task What_is_too_long_to_search_for_is_refused() =>
        (await _service.As("manager").ReadAsync($"/api/orders?q={new string('a', 101)}").ProblemAsync(400, "validation"))
            .GetProperty("errors")
            .GetProperty("q");

    [Fact]
    public async Task Pages_by_position_miss_and_repeat_nothing_while_orders_arrive()
    {
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            // Two orders of the same moment are distinguished by their ids.
            ids.Insert(0, await _service.PlacedAsync());
            await _service.LaterAsync(TimeSpan.FromMinutes(i % 2));
        }

        var seen = new List<string>();
        string? after = null;
        do
        {
            var list = await _service.As("customer").ReadAsync($"/api/orders?pageSize=2&after={after}").JsonAsync();
            seen.AddRange(list.GetProperty("items").EnumerateArray().Select(order => order.GetProperty("id").GetString()!));
            after = list.GetProperty("next").GetString();
            await _service.PlacedAsync();
        } while (after is not null);

        seen.ShouldBe(ids, ignoreOrder: true);
        (await _service.As("customer").ReadAsync("/api/orders").JsonAsync()).GetProperty("totalCapped").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("page=501&pageSize=20", "page")]
    [InlineData("page=101&pageSize=100", "page")]
    [InlineData("after=nonsense", "after")]
    [InlineData("after=YQpi&page=2", "page")]
    public async Task A_page_that_is_too_deep_or_no_position_is_refused(string query, string field) =>
        (await _service.As("manager").ReadAsync($"/api/orders?{query}").ProblemAsync(400, "validation"))
            .GetProperty("errors")
            .GetProperty(field);

    [Fact]
    public async Task Orders_come_newest_first_page_by_page()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, await _service.PlacedAsync());
            await _service.LaterAsync(TimeSpan.FromMinutes(1));
        }

        var pages = new List<string>();
        for (var page = 1; page <= 3; page++)
        {
            var list = await _service.As("customer").ReadAsync($"/api/orders?page={page}&pageSize=2").JsonAsync();
            list.GetProperty("total").GetInt32().ShouldBe(5);
            pages.AddRange(list.GetProperty("items").EnumerateArray().Select(order => order.GetProperty("id").GetString()!));
        }

        pages.ShouldBe(ids);
    }

    [Fact]
    public async Task Orders_are_filtered_by_one_or_several_states_and_by_time()
    {
        var pending = await _service.PlacedAsync("credit_card");
        await _service.InAsync(OrderStatus.Confirmed);
        var between = _service.Clock.GetUtcNow();
        await _service.LaterAsync(TimeSpan.FromHours(1));
        await _service.PlacedAsync("credit_card");

        (await TotalAsync("status=pending")).ShouldBe(2);
        (await TotalAsync("status=pending,confirmed")).ShouldBe(3);
        (await TotalAsync("status=cooking&status=confirmed")).ShouldBe(1);
        (await TotalAsync($"to={Uri.EscapeDataString(between.ToString("O"))}")).ShouldBe(2);
        (await TotalAsync($"from={Uri.EscapeDataString(between.ToString("O"))}")).ShouldBe(1);
        (await TotalAsync($"from={_service.Clock.GetUtcNow():yyyy-MM-dd}&to={_service.Clock.GetUtcNow():yyyy-MM-dd}")).ShouldBeGreaterThan(
            0
        );
        pending.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("page=0", "page")]
    [InlineData("page=-1", "page")]
    [InlineData("page=one", "page")]
    [InlineData("pageSize=0", "pageSize")]
    [InlineData("pageSize=101", "pageSize")]
    [InlineData("pageSize=99999999999", "pageSize")]
    [InlineData("status=burnt", "status")]
    [InlineData("status=0", "status")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-13-01", "to")]
    [InlineData("from=11/12/2026", "from")]
    [InlineData("from=12:00", "from")]
    [InlineData("to=2026-11", "to")]
    [InlineData("to=20261112", "to")]
    [InlineData("from=2026-W45-1", "from")]
    [InlineData("from=12 Nov 2026", "from")]
    [InlineData("from=2026-11-12 12:00", "from")]
    [InlineData("from=2026-11-12T25:00Z", "from")]
    [InlineData("from=2026-11-12T12:00%2B25:00", "from")]
    [InlineData("from=%202026-11-12", "from")]
    [InlineData("from=1762905600", "from")]
    [InlineData("from=2026-11-12&from=2026-11-13", "from")]
    [InlineData("from=2026-11-13&to=2026-11-12", "from")]
    [InlineData("from=2026-11-12T12:00Z&to=2026-11-12T11:59:59Z", "from")]
    [InlineData("from=2026-11-12T12:00Z&to=2026-11-11", "from")]
    public async Task A_wrong_filter_is_named(string query, string field) =>
        (await _service.As("customer").ReadAsync($"/api/orders?{query}").ProblemAsync(400, "validation"))
            .GetProperty("errors")
            .TryGetProperty(field, out _)
            .ShouldBeTrue();

    [Theory]
    [InlineData("from=2026-11-12&to=2026-11-12")]
    [InlineData("from=2026-11-12T12:00&to=2026-11-12")]
    [InlineData("from=2026-11-12T12:00Z&to=2026-11-12T12:00Z")]
    [InlineData("from=2026-11-12T12:00%2B02:00")]
    [InlineData("from=2026-11-12T12:00+02:00")]
    [InlineData("from=2026-11-12T12:00:00.123456789Z")]
    [InlineData("from=0001-01-01&to=9999-12-31")]
    [InlineData("from=&to=")]
    public async Task A_date_or_a_moment_of_ISO_8601_is_read(string query) =>
        await _service.As("customer").ReadAsync($"/api/orders?{query}").JsonAsync();

    [Fact]
    public async Task An_unknown_order_is_not_found() =>
        await _service.As("manager").ReadAsync("/api/orders/no-such-order").ProblemAsync(404, "not-found");

    private async Task<int> TotalAsync(string query) =>
        (await _service.As("manager").ReadAsync($"/api/orders?{query}").JsonAsync()).GetProperty("total").GetInt32();
}
