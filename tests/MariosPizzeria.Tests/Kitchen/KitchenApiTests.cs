using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class KitchenApiTests : IAsyncDisposable
{
    private readonly KitchenFactory _kitchen = new();

    public ValueTask DisposeAsync() => _kitchen.DisposeAsync();

    [Fact]
    public async Task A_ticket_is_started_and_made_ready()
    {
        await _kitchen.QueueAsync("order-1");
        var chef = _kitchen.As(Roles.Chef);

        var cooking = await chef.PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();
        _kitchen.Clock.Advance(TimeSpan.FromMinutes(12));
        var ready = await chef.PostAsync("/api/kitchen/tickets/order-1/ready").JsonAsync();

        cooking.GetProperty("orderId").GetString().ShouldBe("order-1");
        cooking.GetProperty("state").GetString().ShouldBe("cooking");
        cooking.GetProperty("chef").GetString().ShouldBe("chef-1");
        cooking.GetProperty("notes").GetString().ShouldBe("well done");
        cooking.GetProperty("items")[0].GetProperty("size").GetString().ShouldBe("medium");
        ready.GetProperty("state").GetString().ShouldBe("ready");
        ready.GetProperty("readyAt").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.String);
        (await chef.ReadAsync("/api/kitchen/status").JsonAsync())
            .GetProperty("averageCookMinutes")
            .GetDouble()
            .ShouldBe(12, tolerance: 0.1);
    }

    [Fact]
    public async Task Refusals_are_problem_documents()
    {
        await _kitchen.QueueAsync("order-1", "order-2");
        var manager = _kitchen.As(Roles.Manager);
        await manager.PutAsync("/api/kitchen/capacity", new { capacity = 1 }).JsonAsync();
        await manager.PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();

        await manager.PostAsync("/api/kitchen/tickets/order-1/start").ProblemAsync(409, "illegal-transition");
        await manager.PostAsync("/api/kitchen/tickets/order-2/start").ProblemAsync(409, "kitchen-at-capacity");
        await manager.PostAsync("/api/kitchen/tickets/order-2/ready").ProblemAsync(409, "illegal-transition");
        await manager.PostAsync("/api/kitchen/tickets/none/start").ProblemAsync(404, "not-found");
        await manager.PostAsync("/api/kitchen/tickets/none/ready").ProblemAsync(404, "not-found");
        await manager.ReadAsync("/api/kitchen/tickets?state=burnt").ProblemAsync(400, "validation");
        await manager.ReadAsync("/api/kitchen/tickets?state=withdrawn").ProblemAsync(400, "validation");
    }

    [Fact]
    public async Task Starting_twice_with_one_key_answers_the_same_twice()
    {
        await _kitchen.QueueAsync("order-1");
        var chef = _kitchen.As(Roles.Chef);
        chef.DefaultRequestHeaders.Add("Idempotency-Key", "start-1");

        var first = await chef.PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();
        var second = await chef.PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();

        second.GetRawText().ShouldBe(first.GetRawText());
    }

    [Fact]
    public async Task A_long_list_of_tickets_comes_page_by_page_and_complete()
    {
        var orders = Enumerable.Range(0, 450).Select(number => $"order-{number:000}").ToArray();
        foreach (var together in orders.Chunk(90))
        {
            // Confirmed at the same moment, so that their ids decide the order.
            var at = _kitchen.Clock.GetUtcNow();
            foreach (var order in together)
            {
                await _kitchen.QueueAsync(order, at);
            }

            _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var chef = _kitchen.As(Roles.Chef);
        var pages = new List<string[]>();
        for (string? after = ""; after is not null; )
        {
            var page = await chef.ReadAsync($"/api/kitchen/tickets?state=queued{(after.Length > 0 ? $"&after={after}" : "")}").JsonAsync();
            pages.Add([.. page.GetProperty("items").EnumerateArray().Select(ticket => ticket.GetProperty("orderId").GetString()!)]);
            after = page.GetProperty("next").GetString();
        }

        pages.Select(page => page.Length).ShouldBe([200, 200, 50]);
        pages.SelectMany(page => page).ShouldBe(orders);
    }

    [Fact]
    public async Task A_page_of_tickets_begins_after_the_last_one_even_where_that_has_left_the_kitchen()
    {
        var orders = Enumerable.Range(0, 201).Select(number => $"order-{number:000}").ToArray();
        await _kitchen.QueueAsync(orders);
        var manager = _kitchen.As(Roles.Manager);
        var first = await manager.ReadAsync("/api/kitchen/tickets").JsonAsync();

        await manager.PostAsync("/api/kitchen/tickets/order-199/start").JsonAsync();
        var second = await manager
            .ReadAsync($"/api/kitchen/tickets?state=queued&after={first.GetProperty("next").GetString()}")
            .JsonAsync();

        second.GetProperty("items").GetArrayLength().ShouldBe(1);
        second.GetProperty("next").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("%00")]
    [InlineData("order-1")]
    [InlineData("MjAyNg")]
    public async Task What_is_no_next_of_a_page_is_refused(string after) =>
        (await _kitchen.As(Roles.Chef).ReadAsync($"/api/kitchen/tickets?after={after}").ProblemAsync(400, "validation"))
            .GetProperty("errors")
            .TryGetProperty("after", out _)
            .ShouldBeTrue();

    [Fact]
    public async Task Tickets_are_listed_by_state_in_the_order_in_which_they_must_be_started()
    {
        foreach (var (order, minutes) in new[] { ("order-c", 25), ("order-b", 20), ("order-a", 22) })
        {
            await _kitchen.QueueAsync(order, _kitchen.Clock.GetUtcNow(), promisedMinutes: minutes);
            _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var chef = _kitchen.As(Roles.Chef);
        await chef.PostAsync("/api/kitchen/tickets/order-a/start").JsonAsync();

        (await ListedAsync(chef, "?state=queued")).ShouldBe(["order-b", "order-c"]);
        (await ListedAsync(chef, "?state=cooking")).ShouldBe(["order-a"]);
        (await ListedAsync(chef, "?state=ready")).ShouldBeEmpty();
        (await ListedAsync(chef, "")).ShouldBe(["order-b", "order-a", "order-c"]);
        var status = await _kitchen.As(Roles.Driver).ReadAsync("/api/kitchen/status").JsonAsync();
        (status.GetProperty("capacity").GetInt32(), status.GetProperty("cooking").GetInt32()).ShouldBe((5, 1));
        (status.GetProperty("queued").GetInt32(), status.GetProperty("ready").GetInt32()).ShouldBe((2, 0));
        status.GetProperty("averageCookMinutes").GetDouble().ShouldBe(10);
        status.GetProperty("paused").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("GET", "/api/kitchen/status", Roles.Customer)]
    [InlineData("GET", "/api/kitchen/tickets", Roles.Driver)]
    [InlineData("GET", "/api/kitchen/stream", Roles.Customer)]
    [InlineData("POST", "/api/kitchen/tickets/order-1/start", Roles.Driver)]
    [InlineData("POST", "/api/kitchen/tickets/order-1/ready", Roles.Customer)]
    [InlineData("PUT", "/api/kitchen/capacity", Roles.Chef)]
    [InlineData("PUT", "/api/kitchen/paused", Roles.Chef)]
    [InlineData("POST", "/internal/tickets/order-1/withdraw", Roles.Manager)]
    public async Task Whoever_may_not_is_told_so(string method, string path, string role)
    {
        using var anonymous = new HttpRequestMessage(new HttpMethod(method), path) { Content = Empty(method) };
        using var wrong = new HttpRequestMessage(new HttpMethod(method), path) { Content = Empty(method) };

        await _kitchen.Anonymous().SendAsync(anonymous).ProblemAsync(401, "unauthenticated");
        await _kitchen.As(role).SendAsync(wrong).ProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task Capacity_is_from_one_to_a_hundred()
    {
        var manager = _kitchen.As(Roles.Manager);

        (await manager.PutAsync("/api/kitchen/capacity", new { capacity = 100 }).JsonAsync())
            .GetProperty("capacity")
            .GetInt32()
            .ShouldBe(100);
        await manager.PutAsync("/api/kitchen/capacity", new { capacity = 0 }).ProblemAsync(400, "validation");
        await manager.PutAsync("/api/kitchen/capacity", new { capacity = 101 }).ProblemAsync(400, "validation");
        await manager.PutAsync("/api/kitchen/capacity", new { }).ProblemAsync(400, "validation");
        await manager.PutAsync("/api/kitchen/capacity", new { capacity = "many" }).ProblemAsync(400, "validation");
    }

    [Fact]
    public async Task A_pause_is_told_to_the_others_and_seen_in_the_status()
    {
        var manager = _kitchen.As(Roles.Manager);
        var told = new Heard<KitchenPaused>(_kitchen);

        var paused = await manager.PutAsync("/api/kitchen/paused", new { paused = true, reason = "oven broken" }).JsonAsync();
        await manager.PutAsync("/api/kitchen/paused", new { paused = true, reason = "oven broken" }).JsonAsync();
        await manager.PutAsync("/api/kitchen/paused", new { }).ProblemAsync(400, "validation");
        var open = await manager.PutAsync("/api/kitchen/paused", new { paused = false }).JsonAsync();

        paused.GetProperty("paused").GetBoolean().ShouldBeTrue();
        paused.GetProperty("reason").GetString().ShouldBe("oven broken");
        open.GetProperty("paused").GetBoolean().ShouldBeFalse();
        await Answers.EventuallyAsync(() => Task.FromResult(told.Messages.Count >= 2), "both pauses on the bus");
        var messages = told.Messages.OrderBy(message => message.KitchenVersion).ToList();
        messages.Select(message => message.Paused).ShouldBe([true, false]);
        messages[0].Reason.ShouldBe("oven broken");
    }

    [Fact]
    public async Task The_load_is_published_when_it_changes_with_rising_versions()
    {
        var told = new Heard<KitchenLoadChanged>(_kitchen);

        await _kitchen.TellAsync(KitchenFactory.Confirmed("order-1", _kitchen.Clock.GetUtcNow()));
        await Answers.EventuallyAsync(() => Task.FromResult(told.Messages.Any(load => load.Queued == 1)), "one queued in the load");
        await _kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();
        await Answers.EventuallyAsync(() => Task.FromResult(told.Messages.Any(load => load.Cooking == 1)), "one cooking in the load");
        await _kitchen.As(Roles.Manager).PutAsync("/api/kitchen/capacity", new { capacity = 7 }).JsonAsync();
        await Answers.EventuallyAsync(() => Task.FromResult(told.Messages.Any(load => load.Capacity == 7)), "the new capacity in the load");

        var versions = told.Messages.Select(load => load.LoadVersion).ToList();
        versions.Distinct().Count().ShouldBe(versions.Count);
        told.Messages.MaxBy(load => load.LoadVersion)!.Capacity.ShouldBe(7);
    }

    private static async Task<string?[]> ListedAsync(HttpClient client, string query)
    {
        var list = await client.ReadAsync("/api/kitchen/tickets" + query).JsonAsync();
        return [.. list.GetProperty("items").EnumerateArray().Select(ticket => ticket.GetProperty("orderId").GetString())];
    }

    private static StringContent? Empty(string method) =>
        method == "GET" ? null : new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
}
