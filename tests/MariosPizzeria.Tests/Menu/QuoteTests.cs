using System.Net.Http.Headers;
using System.Text;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Tests.InProcess;
using MassTransit;
using static MariosPizzeria.Tests.Menu.MenuFactory;

namespace MariosPizzeria.Tests.Menu;

public sealed class QuoteTests(MenuFactory menu) : IClassFixture<MenuFactory>
{
    [Theory]
    [InlineData("margherita", "small", "12.99")]
    [InlineData("margherita", "medium", "16.89")]
    [InlineData("margherita", "large", "20.78")]
    [InlineData("pepperoni", "medium", "21.99")]
    [InlineData("hawaiian", "large", "30.58")]
    [InlineData("vegetarian", "small", "23.99")]
    public async Task A_pizza_costs_what_the_contract_says(string pizzaId, string size, string price)
    {
        var quote = await menu.Anonymous().PostAsync("/api/menu/quote", Order(Item(pizzaId, size))).JsonAsync();

        quote.GetProperty("lines")[0].GetProperty("unitPrice").GetRawText().ShouldBe(price);
        quote.GetProperty("total").GetRawText().ShouldBe(price);
        quote.GetProperty("currency").GetString().ShouldBe("USD");
    }

    [Fact]
    public async Task A_quote_shows_how_each_line_came_about()
    {
        var quote = await menu.Anonymous()
            .PostAsync("/api/menu/quote", Order(Item("pepperoni", "medium", 2, "bacon", "basil"), Item("margherita")))
            .JsonAsync();

        var line = quote.GetProperty("lines")[0];
        line.GetProperty("name").GetString().ShouldBe("Pepperoni");
        line.GetProperty("size").GetString().ShouldBe("medium");
        line.GetProperty("toppings").EnumerateArray().Select(each => each.GetString()).ShouldBe(["pepperoni"]);
        line.GetProperty("extraToppings").EnumerateArray().Select(each => each.GetString()).ShouldBe(["bacon", "basil"]);
        line.GetProperty("quantity").GetInt32().ShouldBe(2);
        line.GetProperty("unitPrice").GetRawText().ShouldBe("26.99");
        line.GetProperty("lineTotal").GetRawText().ShouldBe("53.98");
        var breakdown = line.GetProperty("breakdown");
        breakdown.GetProperty("sizedPrice").GetRawText().ShouldBe("19.49");
        breakdown.GetProperty("toppings").GetInt32().ShouldBe(3);
        breakdown.GetProperty("toppingsPrice").GetRawText().ShouldBe("7.50");
        quote.GetProperty("total").GetRawText().ShouldBe("70.87");
        quote.GetProperty("estimatedReadyMinutes").GetInt32().ShouldBe(30, "three pizzas of ten minutes, in one place");
    }

    [Fact]
    public async Task Several_quotes_in_one_call_have_each_their_own_outcome()
    {
        var asked = new { requests = new object?[] { Order(Item("margherita")), Order(Item("nothing")), null, Order(Item("pepperoni")) } };

        var answers = (await menu.As(Roles.Service).PostAsync("/internal/quotes", asked).JsonAsync())
            .GetProperty("answers")
            .EnumerateArray()
            .ToList();

        answers.Count.ShouldBe(4);
        answers[0].GetProperty("quote").GetProperty("total").GetDecimal().ShouldBe(16.89m);
        answers[1].GetProperty("refusal").GetProperty("slug").GetString().ShouldBe("unknown-pizza");
        answers[2].GetProperty("refusal").GetProperty("slug").GetString().ShouldBe("validation");
        answers[2].GetProperty("refusal").GetProperty("errors").GetProperty("items").GetArrayLength().ShouldBe(1);
        answers[3].GetProperty("quote").GetProperty("total").GetDecimal().ShouldBe(21.99m);
    }

    [Fact]
    public async Task Several_quotes_are_for_our_own_processes_and_are_of_a_bounded_number()
    {
        var one = new { requests = new[] { Order(Item("margherita")) } };

        await menu.Anonymous().PostAsync("/internal/quotes", one).ProblemAsync(401, "unauthenticated");
        await menu.As(Roles.Manager).PostAsync("/internal/quotes", one).ProblemAsync(403, "forbidden");
        foreach (var requests in new[] { [], Enumerable.Repeat(Order(Item("margherita")), 33).ToArray() })
        {
            var problem = await menu.As(Roles.Service).PostAsync("/internal/quotes", new { requests }).ProblemAsync(400, "validation");
            problem.GetProperty("errors").TryGetProperty("requests", out _).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("""{"items":[]}""", "items")]
    [InlineData("{}", "items")]
    [InlineData("""{"items":[null]}""", "items[0].pizzaId")]
    [InlineData("""{"items":[{"size":"small","quantity":1}]}""", "items[0].pizzaId")]
    [InlineData("""{"items":[{"pizzaId":"margherita","quantity":1}]}""", "items[0].size")]
    [InlineData("""{"items":[{"pizzaId":"margherita","size":"huge","quantity":1}]}""", "items[0].size")]
    [InlineData("""{"items":[{"pizzaId":"margherita","size":"small"}]}""", "items[0].quantity")]
    [InlineData("""{"items":[{"pizzaId":"margherita","size":"small","quantity":0}]}""", "items[0].quantity")]
    [InlineData("""{"items":[{"pizzaId":"margherita","size":"small","quantity":21}]}""", "items[0].quantity")]
    [InlineData("""{"items":[{"pizzaId":"margherita","size":"small","quantity":1.5}]}""", "items[0].quantity")]
    [InlineData("""{"items":[{"pizzaId":7,"size":"small","quantity":1}]}""", "items[0].pizzaId")]
    [InlineData("""{"items":[{"pizzaId":"a\u0000b","size":"small","quantity":1}]}""", "items[0].pizzaId")]
    [InlineData("""{"items":[{"pizzaId":"margherita","size":"small","quantity":1,"extraToppings":[null]}]}""", "items[0].extraToppings")]
    [InlineData("""{"items":"many"}""", "items")]
    public async Task What_breaks_the_bounds_is_named_by_its_field(string body, string field)
    {
        var problem = await SendAsync(body).ProblemAsync(400, "validation");

        problem.GetProperty("errors").EnumerateObject().Select(each => each.Name).ShouldContain(field);
    }

    [Theory]
    [InlineData("\"huge\"")]
    [InlineData("\"Small\"")]
    [InlineData("null")]
    public async Task A_size_that_there_is_not_is_answered_with_those_there_are(string size)
    {
        var problem = await SendAsync($$"""{"items":[{"pizzaId":"margherita","size":{{size}},"quantity":1}]}""")
            .ProblemAsync(400, "validation");

        problem.GetProperty("errors").GetProperty("items[0].size")[0].GetString().ShouldBe("must be small, medium or large");
    }

    [Theory]
    [InlineData("{", "malformed-json")]
    [InlineData("", "validation")]
    [InlineData("null", "validation")]
    public async Task What_is_no_quote_request_at_all_is_refused(string body, string slug) => await SendAsync(body).ProblemAsync(400, slug);

    [Fact]
    public async Task A_body_that_is_not_JSON_by_its_type_is_refused() =>
        await menu.Anonymous()
            .PostAsync(new Uri("/api/menu/quote", UriKind.Relative), new StringContent("x"))
            .ProblemAsync(415, "unsupported-media-type");

    [Fact]
    public async Task Fifty_lines_are_priced_and_one_more_is_too_many()
    {
        object[] fifty = [.. Enumerable.Repeat(Item("margherita", "small", 20), 50)];

        var quote = await menu.Anonymous().PostAsync("/api/menu/quote", Order(fifty)).JsonAsync();
        await menu.Anonymous().PostAsync("/api/menu/quote", Order([.. fifty, Item("margherita")])).ProblemAsync(400, "validation");

        quote.GetProperty("total").GetRawText().ShouldBe("12990.00");
    }

    [Fact]
    public async Task Ten_toppings_own_and_extra_together_are_the_most()
    {
        var nine = Enumerable.Repeat("basil", 9).ToArray();

        await menu.Anonymous().PostAsync("/api/menu/quote", Order(Item("pepperoni", "small", 1, nine))).JsonAsync();
        var problem = await menu.Anonymous()
            .PostAsync("/api/menu/quote", Order(Item("margherita"), Item("hawaiian", "small", 1, nine)))
            .ProblemAsync(400, "validation");

        problem.GetProperty("errors").TryGetProperty("items[1].extraToppings", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Unknown_pizzas_and_toppings_have_problems_of_their_own()
    {
        await menu.Anonymous().PostAsync("/api/menu/quote", Order(Item("calzone"))).ProblemAsync(422, "unknown-pizza");
        await menu.Anonymous()
            .PostAsync("/api/menu/quote", Order(Item("margherita", "small", 1, "gold")))
            .ProblemAsync(422, "unknown-topping");
    }

    [Fact]
    public async Task A_sold_out_pizza_is_not_quoted_and_one_that_is_taken_off_is_unknown()
    {
        await using var own = new MenuFactory();
        await own.As(Roles.Chef)
            .PutAsync("/api/menu/pizzas/hawaiian/availability", new { available = false, reason = "no pineapple" })
            .JsonAsync();
        await own.As(Roles.Manager).DeleteAsync(new Uri("/api/menu/pizzas/margherita", UriKind.Relative));

        await own.Anonymous().PostAsync("/api/menu/quote", Order(Item("hawaiian"))).ProblemAsync(409, "sold-out");
        await own.Anonymous().PostAsync("/api/menu/quote", Order(Item("margherita"))).ProblemAsync(422, "unknown-pizza");
    }

    [Fact]
    public async Task The_estimate_follows_the_kitchens_load()
    {
        await using var own = new MenuFactory();
        var bus = own.Get<IBus>();

        await bus.Publish(Load(version: 2, cooking: 5, queued: 5));
        await Answers.EventuallyAsync(async () => await MinutesAsync(own) == 25, "the load of version 2 in the estimate");
        await bus.Publish(Load(version: 1, cooking: 0, queued: 0));
        await bus.Publish(Load(version: 3, cooking: 5, queued: 0));
        await Answers.EventuallyAsync(async () => await MinutesAsync(own) == 15, "the load of version 3 in the estimate");

        (await MinutesAsync(own)).ShouldBe(15);
    }

    private static async Task<int> MinutesAsync(MenuFactory menu)
    {
        var quote = await menu.Anonymous().PostAsync("/api/menu/quote", Order(Item("margherita"))).JsonAsync();
        return quote.GetProperty("estimatedReadyMinutes").GetInt32();
    }

    private static KitchenLoadChanged Load(long version, int cooking, int queued) =>
        new()
        {
            LoadVersion = version,
            Capacity = 5,
            Cooking = cooking,
            Queued = queued,
            AverageCookMinutes = 12,
            Workload = new()
            {
                Capacity = 5,
                Tickets = cooking + queued,
                PizzasAhead = cooking + queued,
                PizzaMinutes = 7,
                SlowPizzaMinutes = 8,
            },
        };

    private Task<HttpResponseMessage> SendAsync(string body) =>
        menu.Anonymous()
            .PostAsync(
                new Uri("/api/menu/quote", UriKind.Relative),
                new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"))
            );
}
