using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

public sealed class ReadOrdersTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Another_customers_order_is_not_found()
    {
        var theirs = await _service.Placed(by: _service.As("manager"));
        var customer = _service.As("customer");

        await customer.Read($"/api/orders/{theirs}").Problem(404, "not-found");
        await customer.Read($"/api/orders/{theirs}/timeline").Problem(404, "not-found");
        await customer.Post($"/api/orders/{theirs}/cancel", new { reason = "mine now" }).Problem(404, "not-found");
        (await customer.Read("/api/orders").Json()).GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("chef")]
    [InlineData("driver")]
    [InlineData("manager")]
    public async Task Staff_sees_every_order(string role)
    {
        var id = await _service.Placed();

        (await _service.As(role).Read($"/api/orders/{id}").Json()).GetProperty("id").GetString().ShouldBe(id);
        (await _service.As(role).Read("/api/orders").Json()).GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(32)]
    public async Task An_order_is_found_by_the_number_that_people_see(int letters)
    {
        var id = await _service.Placed();
        await _service.Placed();
        var number = id[..letters];
        foreach (var q in new[] { number, number.ToUpperInvariant(), $"%23{number.ToUpperInvariant()}", $"%20{number}%20" })
        {
            var found = await _service.As("manager").Read($"/api/orders?q={q}").Json();
            found.GetProperty("items").EnumerateArray().Select(order => order.GetProperty("id").GetString()).ShouldBe([id]);
            found.GetProperty("total").GetInt32().ShouldBe(1);
        }

        var own = await _service.As("customer").Read($"/api/orders?q={number}").Json();
        own.GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_number_finds_no_order_of_somebody_else()
    {
        var theirs = await _service.Placed(by: _service.As("manager"));

        (await _service.As("customer").Read($"/api/orders?q={theirs}").Json()).GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("12345")]
    [InlineData("%25%25%25%25%25%25")]
    [InlineData("______")]
    [InlineData("abc%20123")]
    public async Task What_is_no_number_is_refused(string q) =>
        (await _service.As("manager").Read($"/api/orders?q={q}").Problem(400, "validation")).GetProperty("errors").GetProperty("q");

    [Fact]
    public async Task Orders_come_newest_first_page_by_page()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, await _service.Placed());
            _service.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var pages = new List<string>();
        for (var page = 1; page <= 3; page++)
        {
            var list = await _service.As("customer").Read($"/api/orders?page={page}&pageSize=2").Json();
            list.GetProperty("total").GetInt32().ShouldBe(5);
            pages.AddRange(list.GetProperty("items").EnumerateArray().Select(order => order.GetProperty("id").GetString()!));
        }

        pages.ShouldBe(ids);
    }

    [Fact]
    public async Task Orders_are_filtered_by_one_or_several_states_and_by_time()
    {
        var pending = await _service.Placed();
        await _service.In(OrderStatus.Confirmed);
        var between = _service.Clock.GetUtcNow();
        _service.Clock.Advance(TimeSpan.FromHours(1));
        await _service.Placed();

        (await Total("status=pending")).ShouldBe(2);
        (await Total("status=pending,confirmed")).ShouldBe(3);
        (await Total("status=cooking&status=confirmed")).ShouldBe(1);
        (await Total($"to={Uri.EscapeDataString(between.ToString("O"))}")).ShouldBe(2);
        (await Total($"from={Uri.EscapeDataString(between.ToString("O"))}")).ShouldBe(1);
        (await Total($"from={_service.Clock.GetUtcNow():yyyy-MM-dd}&to={_service.Clock.GetUtcNow():yyyy-MM-dd}")).ShouldBeGreaterThan(0);
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
        (await _service.As("customer").Read($"/api/orders?{query}").Problem(400, "validation"))
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
        await _service.As("customer").Read($"/api/orders?{query}").Json();

    [Fact]
    public async Task An_unknown_order_is_not_found() =>
        await _service.As("manager").Read("/api/orders/no-such-order").Problem(404, "not-found");

    private async Task<int> Total(string query) =>
        (await _service.As("manager").Read($"/api/orders?{query}").Json()).GetProperty("total").GetInt32();
}
