using System.Net;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Tests.Foundation;
using MariosPizzeria.Tests.InProcess;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Ordering;

public sealed class PlaceOrderTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task An_order_is_stored_at_menus_price_and_answered_with_its_address()
    {
        using var response = await _service.As("customer").PostAsync("/api/orders", OrderFactory.Request(notes: "no garlic"));
        var order = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        response.Headers.Location!.OriginalString.ShouldBe($"/api/orders/{order.GetProperty("id").GetString()}");
        order.GetProperty("status").GetString().ShouldBe("confirmed");
        order.GetProperty("total").GetRawText().ShouldBe("33.78");
        order.GetProperty("items")[0].GetProperty("unitPrice").GetRawText().ShouldBe("16.89");
        order.GetProperty("customer").GetProperty("id").GetString().ShouldBe("customer-1");
        order.GetProperty("payment").GetProperty("status").GetString().ShouldBe("cash_due");
        order.GetProperty("notes").GetString().ShouldBe("no garlic");
        (order.GetProperty("estimatedReadyAt").GetDateTimeOffset() - order.GetProperty("placedAt").GetDateTimeOffset()).ShouldBe(
            TimeSpan.FromMinutes(12)
        );
    }

    [Fact]
    public async Task The_log_tells_when_an_order_is_begun_and_made_and_why_one_is_not()
    {
        using var log = new LogLines();
        await using var watched = _service.WithWebHostBuilder(builder =>
            builder.ConfigureTestServices(services => services.AddSingleton<ILoggerProvider>(log))
        );
        using var customer = watched.CreateClient();
        var token = watched
            .Services.GetRequiredService<AccessTokenIssuer>()
            .Issue("customer-1", "Ada", ["customer"], TimeSpan.FromMinutes(5));
        customer.DefaultRequestHeaders.Authorization = new("Bearer", token);

        var order = await customer.PostAsync("/api/orders", OrderFactory.Request()).JsonAsync(201);
        _service.Menu.Answer = StandIn.Down;
        await customer.PostAsync("/api/orders", OrderFactory.Request()).ProblemAsync(503, "menu-unavailable");

        var told = log.Entries.Where(entry => entry.Event.StartsWith("order_crea", StringComparison.Ordinal)).ToList();
        told.Select(entry => entry.Event)
            .ShouldBe(["order_creation_started", "order_created", "order_creation_started", "order_creation_failed"]);
        told.ShouldAllBe(entry => Equals(entry.Fields["customer_id"], "customer-1") && Equals(entry.Fields["pizza_count"], 2));
        told[1].Fields["order_id"].ShouldBe(order.GetProperty("id").GetString());
        told[1].Fields["total_amount"].ShouldBe(33.78m);
        told[3].Fields["error_type"].ShouldBe("menu-unavailable");
    }

    public static TheoryData<string, string> Invalid =>
        new()
        {
            { """{}""", "items" },
            { """{"items":[]}""", "items" },
            { """{"items":[null]}""", "items[0]" },
            { """{"items":[{"size":"small","quantity":1}]}""", "items[0].pizzaId" },
            { """{"items":[{"pizzaId":"margherita","quantity":1}]}""", "items[0].size" },
            { """{"items":[{"pizzaId":"margherita","size":"huge","quantity":1}]}""", "items[0].size" },
            { """{"items":[{"pizzaId":"margherita","size":"SMALL","quantity":1}]}""", "items[0].size" },
            { """{"items":[{"pizzaId":"margherita","size":"small,large","quantity":1}]}""", "items[0].size" },
            { """{"items":[{"pizzaId":"margherita","size":2,"quantity":1}]}""", "items[0].size" },
            { """{"items":[{"pizzaId":"margherita","size":"small","quantity":0}]}""", "items[0].quantity" },
            { """{"items":[{"pizzaId":"margherita","size":"small","quantity":21}]}""", "items[0].quantity" },
            { """{"items":[{"pizzaId":"margherita","size":"small","quantity":1.5}]}""", "items[0].quantity" },
            {
                """{"items":[{"pizzaId":"margherita","size":"small","quantity":1,"extraToppings":["a","b","c","d","e","f","g","h","i","j","k"]}]}""",
                "items[0].extraToppings"
            },
            { """{"customer":{"name":"","phone":"+1 555 0100","address":"x"}}""", "customer.name" },
            { """{"customer":{"name":"Ada","phone":"call me","address":"x"}}""", "customer.phone" },
            { """{"customer":{"name":"Ada","phone":"+1 555 0100"},"fulfilment":"delivery"}""", "customer.address" },
            { """{"fulfilment":"drone"}""", "fulfilment" },
            { """{"paymentMethod":"shells"}""", "paymentMethod" },
            { """{"paymentMethod":"Cash"}""", "paymentMethod" },
            { """{"allergies":["garlic"]}""", "allergies[0]" },
            { """{"allergies":["milk","Nuts"]}""", "allergies[1]" },
            { """{"allergies":["milk","nuts","milk"]}""", "allergies" },
            { $$"""{"allergyNote":"{{new string('x', 201)}}"}""", "allergyNote" },
            { $$"""{"doorNotes":"{{new string('x', 501)}}"}""", "doorNotes" },
            { """{"requestedFor":"tomorrow"}""", "requestedFor" },
            { """[]""", "body" },
        };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task What_breaks_the_contracts_bounds_is_named(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var problem = await _service
            .As("customer")
            .PostAsync(new Uri("/api/orders", UriKind.Relative), content)
            .ProblemAsync(400, "validation");

        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.GetRawText());
        _service.Menu.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Allergies_and_notes_for_the_door_are_kept_and_the_kitchen_is_told_of_the_allergies()
    {
        var request = JsonSerializer.SerializeToNode(OrderFactory.Request())!;
        request["doorNotes"] = "second floor";
        request["allergies"] = new System.Text.Json.Nodes.JsonArray("milk", "nuts");
        request["allergyNote"] = "also kiwi";

        var order = await _service.As("customer").PostAsync("/api/orders", request).JsonAsync(201);

        order.GetProperty("doorNotes").GetString().ShouldBe("second floor");
        order.GetProperty("allergies").EnumerateArray().Select(each => each.GetString()).ShouldBe(["milk", "nuts"]);
        order.GetProperty("allergyNote").GetString().ShouldBe("also kiwi");
    }

    [Fact]
    public async Task An_order_without_allergies_says_so()
    {
        var order = await _service.As("customer").PostAsync("/api/orders", OrderFactory.Request()).JsonAsync(201);

        order.GetProperty("allergies").GetArrayLength().ShouldBe(0);
        order.GetProperty("allergyNote").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Notes_have_five_hundred_characters_at_most()
    {
        var customer = _service.As("customer");

        await customer.PostAsync("/api/orders", OrderFactory.Request(notes: new string('x', 500))).JsonAsync(201);
        var problem = await customer
            .PostAsync("/api/orders", OrderFactory.Request(notes: new string('x', 501)))
            .ProblemAsync(400, "validation");

        problem.GetProperty("errors").TryGetProperty("notes", out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData(422, "unknown-pizza")]
    [InlineData(422, "unknown-topping")]
    [InlineData(409, "sold-out")]
    [InlineData(400, "validation")]
    public async Task Menus_refusal_is_passed_on(int status, string slug)
    {
        _service.Menu.Answer = _ => StandIn.Problem(status, slug, "says the menu", new() { ["items[0].pizzaId"] = ["says the menu too"] });

        var problem = await _service.As("customer").PostAsync("/api/orders", OrderFactory.Request()).ProblemAsync(status, slug);

        problem.GetProperty("detail").GetString().ShouldBe("says the menu");
        problem.GetProperty("errors").GetProperty("items[0].pizzaId")[0].GetString().ShouldBe("says the menu too");
    }

    [Fact]
    public async Task Without_the_menu_nothing_is_ordered_and_the_client_is_told_when_to_come_back()
    {
        _service.Menu.Answer = StandIn.Down;

        using var response = await _service.As("customer").PostAsync("/api/orders", OrderFactory.Request());

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        (await response.Content.ReadAsStringAsync()).ShouldContain("/problems/menu-unavailable");
        (await _service.As("manager").ReadAsync("/api/orders").JsonAsync()).GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_paused_kitchen_takes_no_orders_until_it_goes_on_and_an_older_word_does_not_count()
    {
        var customer = _service.As("customer");

        await _service.HearAsync(Paused(paused: true, version: 2));
        await Answers.EventuallyAsync(async () => (int)(await StatusAsync(customer)) == 503, "orders are refused");
        await _service.HearAsync(Paused(paused: false, version: 3));
        await Answers.EventuallyAsync(async () => (int)(await StatusAsync(customer)) == 201, "orders are taken again");
        await _service.HearAsync(Paused(paused: true, version: 1));

        (await StatusAsync(customer)).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_paused_kitchen_tells_guests_the_reason_that_staff_gave()
    {
        var customer = _service.As("customer");
        await _service.HearAsync(Paused(paused: true, version: 1) with { Reason = "The oven is broken." });
        await Answers.EventuallyAsync(async () => (int)(await StatusAsync(customer)) == 503, "orders are refused");

        using var response = await customer.PostAsync("/api/orders", OrderFactory.Request());
        var problem = await Task.FromResult(response).ProblemAsync(503, "kitchen-paused");

        problem.GetProperty("detail").GetString().ShouldBe("The oven is broken.");
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_closed_shop_says_when_it_opens_and_an_older_word_does_not_count()
    {
        var customer = _service.As("customer");
        var opens = _service.Clock.GetUtcNow().AddHours(2);
        OpeningPeriod period = new(OpeningHours.DayOf(opens.DayOfWeek.ToString())!.Value, $"{opens:HH:mm}", $"{opens.AddHours(1):HH:mm}");

        await _service.HearAsync(Hours(version: 2, period));
        await Answers.EventuallyAsync(async () => (int)(await StatusAsync(customer)) == 503, "orders are refused");
        await _service.HearAsync(Hours(version: 1, [.. OpeningHours.Always.Periods]));

        using var response = await customer.PostAsync("/api/orders", OrderFactory.Request());
        var problem = await Task.FromResult(response).ProblemAsync(503, "shop-closed");
        problem.GetProperty("detail").GetString()!.ShouldContain($"{opens:HH:mm} (UTC)");
        response.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromMinutes(118), TimeSpan.FromMinutes(120));
        _service.Clock.Advance(TimeSpan.FromHours(2));
        (await StatusAsync(customer)).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_order_for_later_is_taken_while_the_shop_is_closed_and_has_its_time_everywhere()
    {
        var customer = _service.As("customer");
        var at = new DateTimeOffset(_service.Clock.GetUtcNow().Date.AddDays(1).AddHours(19), TimeSpan.Zero);
        await _service.HearAsync(Hours(version: 1));
        await Answers.EventuallyAsync(async () => (int)(await StatusAsync(customer)) == 503, "orders for now are refused");
        var asked = new List<string>();
        _service.Kitchen.Route = request =>
        {
            asked.Add(request.RequestUri!.AbsolutePath);
            return null;
        };

        var order = await customer.PostAsync("/api/orders", ForLater(at.ToOffset(TimeSpan.FromHours(2)))).JsonAsync(201);

        order.GetProperty("requestedFor").GetDateTimeOffset().ShouldBe(at);
        order.GetProperty("requestedFor").GetString()!.ShouldEndWith("+00:00");
        asked.ShouldBe([$"/internal/slots/{order.GetProperty("id").GetString()}"]);
    }

    [Theory]
    [InlineData(409, "slot-full")]
    [InlineData(400, "validation")]
    public async Task What_Kitchen_refuses_of_an_order_for_later_is_answered_and_nothing_is_stored(int status, string slug)
    {
        _service.Kitchen.Answer = _ => StandIn.Problem(status, slug, "no", new() { ["requestedFor"] = ["is within opening hours"] });

        await _service.As("customer").PostAsync("/api/orders", ForLater(_service.Clock.GetUtcNow().AddDays(1))).ProblemAsync(status, slug);

        (await _service.As("manager").ReadAsync("/api/orders").JsonAsync()).GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Without_the_kitchens_word_no_order_for_later_is_taken()
    {
        _service.Kitchen.Answer = StandIn.Down;

        await _service
            .As("customer")
            .PostAsync("/api/orders", ForLater(_service.Clock.GetUtcNow().AddDays(1)))
            .ProblemAsync(503, "unavailable");
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("chef", 403)]
    [InlineData("driver", 403)]
    [InlineData("service", 403)]
    [InlineData("customer", 201)]
    [InlineData("manager", 201)]
    public async Task Customers_and_managers_order(string? role, int status)
    {
        var client = role is null ? _service.Anonymous() : _service.As(role);

        using var response = await client.PostAsync("/api/orders", OrderFactory.Request());

        ((int)response.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task The_same_key_and_body_at_once_make_one_order()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => KeyedAsync("key-1", OrderFactory.Request())));

        answers.Count(answer => answer.Status is not (201 or 409)).ShouldBe(0);
        answers.Where(answer => answer.Status == 201).Select(answer => answer.Id).Distinct().ShouldHaveSingleItem();
        (await _service.As("manager").ReadAsync("/api/orders").JsonAsync()).GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_key_with_another_body_is_refused()
    {
        await KeyedAsync("key-1", OrderFactory.Request());

        (await KeyedAsync("key-1", OrderFactory.Request(notes: "another"))).ShouldBe((422, null, false));
    }

    [Fact]
    public async Task A_repeat_is_answered_from_the_order_itself_when_the_cache_has_forgotten()
    {
        var first = await KeyedAsync("key-1", OrderFactory.Request());
        await ForgetAsync(first.Id!);
        var again = await KeyedAsync("key-1", OrderFactory.Request());
        await ForgetAsync(first.Id!);
        _service.Menu.Answer = StandIn.Down;
        var withoutMenu = await KeyedAsync("key-1", OrderFactory.Request());
        await ForgetAsync(first.Id!);
        var other = await KeyedAsync("key-1", OrderFactory.Request(notes: "another"));

        again.ShouldBe((201, first.Id, true));
        withoutMenu.ShouldBe((201, first.Id, true));
        other.Status.ShouldBe(422);
    }

    [Fact]
    public async Task What_was_refused_for_a_passing_reason_can_be_tried_again_with_the_same_key()
    {
        _service.Menu.Answer = StandIn.Down;
        (await KeyedAsync("key-1", OrderFactory.Request())).Status.ShouldBe(503);
        _service.Menu.Answer = StandIn.Quote;

        (await KeyedAsync("key-1", OrderFactory.Request())).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_card_order_is_confirmed_once_its_payment_is_heard_of()
    {
        var placed = await _service.As("customer").PostAsync("/api/orders", OrderFactory.Request("credit_card")).JsonAsync(201);
        placed.GetProperty("status").GetString().ShouldBe("pending");
        var id = placed.GetProperty("id").GetString()!;
        await _service.BringAsync(id, OrderStatus.Confirmed, "credit_card");

        var timeline = await _service.As("customer").ReadAsync($"/api/orders/{id}/timeline").JsonAsync();

        timeline
            .GetProperty("events")
            .EnumerateArray()
            .Select(e => e.GetProperty("type").GetString())
            .ShouldBe(["OrderPlaced", "PaymentRequested", "PaymentSucceeded", "OrderConfirmed"], ignoreOrder: true);
    }

    private static KitchenPaused Paused(bool paused, long version) => new() { Paused = paused, KitchenVersion = version };

    private static ShopChanged Hours(long version, params OpeningPeriod[] hours) =>
        new()
        {
            Hours = hours,
            ExtraMinutes = 0,
            ShopVersion = version,
        };

    private static System.Text.Json.Nodes.JsonNode ForLater(DateTimeOffset at)
    {
        var request = JsonSerializer.SerializeToNode(OrderFactory.Request(), PizzeriaJson.Options)!;
        request["requestedFor"] = at;
        return request;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient customer)
    {
        using var response = await customer.PostAsync("/api/orders", OrderFactory.Request());
        return response.StatusCode;
    }

    private async Task ForgetAsync(string orderId)
    {
        var order = (await _service.Get<IRepository<Order>>().FindAsync(orderId, CancellationToken.None))!;
        await _service.Get<ICache>().RemoveAsync($"idempotency:{order.PlacedBy!.Scope}", expected: null, CancellationToken.None);
    }

    private async Task<(int Status, string? Id, bool Replayed)> KeyedAsync(string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders")
        {
            Content = System.Net.Http.Json.JsonContent.Create(body, options: PizzeriaJson.Options),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await _service.As("customer").SendAsync(request);
        var json = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        return (
            (int)response.StatusCode,
            json.TryGetProperty("id", out var id) ? id.GetString() : null,
            response.Headers.Contains("Idempotency-Replayed")
        );
    }
}
