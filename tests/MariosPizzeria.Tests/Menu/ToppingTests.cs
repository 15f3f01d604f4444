using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.MenuService.Jobs;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Menu;

public sealed class ToppingTests : IAsyncDisposable
{
    private readonly MenuFactory _menu = new();

    public ValueTask DisposeAsync() => _menu.DisposeAsync();

    [Fact]
    public async Task Every_pizza_and_topping_says_what_allergens_it_contains()
    {
        var menu = await _menu.Anonymous().ReadAsync("/api/menu").JsonAsync();

        menu.GetProperty("pizzas")
            .EnumerateArray()
            .ToDictionary(each => each.GetProperty("id").GetString()!, each => each.GetProperty("allergens").GetRawText())
            .ShouldBe(
                new Dictionary<string, string>
                {
                    ["margherita"] = """["gluten","milk"]""",
                    ["pepperoni"] = """["gluten","milk","mustard","sulphites"]""",
                    ["hawaiian"] = """["gluten","milk"]""",
                    ["vegetarian"] = """["gluten","milk"]""",
                    ["bbq-chicken"] = """["gluten","milk","celery","mustard"]""",
                    ["meat-lovers"] = """["gluten","milk","mustard","sulphites"]""",
                },
                ignoreOrder: true
            );
        menu.GetProperty("toppings")
            .EnumerateArray()
            .Single(topping => topping.GetProperty("name").GetString() == "anchovies")
            .GetRawText()
            .ShouldBe("""{"name":"anchovies","price":2.50,"allergens":["fish"],"available":true,"unavailableReason":null}""");
        var one = await _menu.Anonymous().ReadAsync("/api/menu/pizzas/margherita").JsonAsync();
        one.GetProperty("allergens").GetRawText().ShouldBe("""["gluten","milk"]""");
    }

    [Fact]
    public async Task A_topping_that_is_sold_out_takes_its_pizzas_with_it_until_it_is_back()
    {
        var before = await TagAsync();

        var ham = await _menu
            .As(Roles.Chef)
            .PutAsync("/api/menu/toppings/ham/availability", new { available = false, reason = "no more" })
            .JsonAsync();

        ham.GetProperty("available").GetBoolean().ShouldBeFalse();
        (await SoldOutAsync()).ShouldBe(["hawaiian: ham is sold out: no more", "meat-lovers: ham is sold out: no more"], ignoreOrder: true);
        (await TagAsync()).ShouldNotBe(before);
        var hawaiian = await _menu.Anonymous().ReadAsync("/api/menu/pizzas/hawaiian").JsonAsync();
        hawaiian.GetProperty("available").GetBoolean().ShouldBeFalse();
        await QuoteAsync(MenuFactory.Item("hawaiian")).ProblemAsync(409, "sold-out");
        var refused = await QuoteAsync(MenuFactory.Item("margherita", extraToppings: "ham")).ProblemAsync(409, "sold-out");
        refused.GetProperty("detail").GetString().ShouldBe("The topping 'ham' is sold out.");
        await QuoteAsync(MenuFactory.Item("margherita")).JsonAsync();

        await _menu.As(Roles.Chef).PutAsync("/api/menu/toppings/ham/availability", new { available = true }).JsonAsync();

        (await SoldOutAsync()).ShouldBeEmpty();
        (await TagAsync()).ShouldBe(before);
        await QuoteAsync(MenuFactory.Item("margherita", extraToppings: "ham")).JsonAsync();
    }

    [Fact]
    public async Task A_pizza_that_is_sold_out_itself_says_its_own_reason()
    {
        var chef = _menu.As(Roles.Chef);
        await chef.PutAsync("/api/menu/toppings/ham/availability", new { available = false }).JsonAsync();
        await chef.PutAsync("/api/menu/pizzas/hawaiian/availability", new { available = false, reason = "no pineapple" }).JsonAsync();

        (await SoldOutAsync()).ShouldBe(["hawaiian: no pineapple", "meat-lovers: ham is sold out"], ignoreOrder: true);

        var back = await chef.PutAsync("/api/menu/pizzas/hawaiian/availability", new { available = true }).JsonAsync();

        back.GetProperty("unavailableReason").GetString().ShouldBe("ham is sold out");
    }

    [Fact]
    public async Task What_is_asked_of_a_topping_is_checked()
    {
        var chef = _menu.As(Roles.Chef);

        await chef.PutAsync("/api/menu/toppings/caviar/availability", new { available = false }).ProblemAsync(404, "not-found");
        var invalid = await chef.PutAsync("/api/menu/toppings/ham/availability", new { reason = new string('x', 201) })
            .ProblemAsync(400, "validation");
        invalid.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["available", "reason"], ignoreOrder: true);
    }

    [Fact]
    public async Task Sold_out_toppings_return_in_the_morning_but_not_what_sold_out_since()
    {
        var (toppings, at) = (_menu.Get<IRepository<Topping>>(), DateTimeOffset.UtcNow);
        await SellOut("ham", at.AddHours(-6));
        await SellOut("basil", at.AddHours(1));

        (await _menu.Get<ReturnSoldOut>().RunAsync(new("scheduler", at), Guid.NewGuid(), CancellationToken.None)).ShouldBe(1);

        (await toppings.FindAsync("ham", CancellationToken.None))!.Available.ShouldBeTrue();
        (await toppings.FindAsync("basil", CancellationToken.None))!.Available.ShouldBeFalse();

        async Task SellOut(string name, DateTimeOffset since)
        {
            var topping = Topping.InStock(name);
            var events = topping.SetAvailability(available: false, "no more", new Cause("chef", since));
            (await toppings.AddAsync(topping, events, handled: null, CancellationToken.None)).ShouldBeTrue();
        }
    }

    [Fact]
    public void A_topping_tells_each_change_once()
    {
        var topping = Topping.InStock("ham");
        var cause = new Cause("chef", DateTimeOffset.UtcNow);

        topping.SetAvailability(available: true, "ignored", cause).ShouldBeEmpty();
        var told = topping.SetAvailability(available: false, "no more", cause).ShouldHaveSingleItem().ShouldBeOfType<MenuChanged>();
        topping.SetAvailability(available: false, "no more", cause).ShouldBeEmpty();

        (told.Topping, told.PizzaId, told.Change, told.Available, told.UnavailableReason).ShouldBe(
            ("ham", "", "topping", false, "no more")
        );
    }

    private Task<HttpResponseMessage> QuoteAsync(params object[] items) =>
        _menu.Anonymous().PostAsync("/api/menu/quote", MenuFactory.Order(items));

    private async Task<List<string>> SoldOutAsync() =>
        [
            .. (await _menu.Anonymous().ReadAsync("/api/menu").JsonAsync())
                .GetProperty("pizzas")
                .EnumerateArray()
                .Where(pizza => !pizza.GetProperty("available").GetBoolean())
                .Select(pizza => $"{pizza.GetProperty("id").GetString()}: {pizza.GetProperty("unavailableReason").GetString()}"),
        ];

    private async Task<string> TagAsync()
    {
        using var answer = await _menu.Anonymous().GetAsync(new Uri("/api/menu", UriKind.Relative));
        return answer.Headers.ETag!.ToString();
    }
}
