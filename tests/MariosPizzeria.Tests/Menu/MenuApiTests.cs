using System.Net;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Http;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.MenuService;
using MariosPizzeria.MenuService.Admin;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.MenuService.Features;
using MariosPizzeria.MenuService.Jobs;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Menu;

public sealed class MenuApiTests : IAsyncDisposable
{
    private static readonly Uri MenuPath = new("/api/menu", UriKind.Relative);

    private static readonly object Funghi = new
    {
        name = "Funghi",
        description = "Mushrooms.",
        basePrice = 13.50,
        toppings = new[] { "mushrooms" },
    };

    private readonly MenuFactory _menu = new();

    public ValueTask DisposeAsync() => _menu.DisposeAsync();

    [Fact]
    public async Task The_menu_is_the_contracts()
    {
        var menu = await _menu.Anonymous().ReadAsync("/api/menu").JsonAsync();

        menu.GetProperty("pizzas")
            .EnumerateArray()
            .ToDictionary(each => each.GetProperty("id").GetString()!, each => each.GetProperty("basePrice").GetRawText())
            .ShouldBe(
                new Dictionary<string, string>
                {
                    ["margherita"] = "12.99",
                    ["pepperoni"] = "14.99",
                    ["hawaiian"] = "15.99",
                    ["vegetarian"] = "13.99",
                    ["bbq-chicken"] = "15.99",
                    ["meat-lovers"] = "16.99",
                },
                ignoreOrder: true
            );
        menu.GetProperty("toppings").GetArrayLength().ShouldBe(14);
        menu.GetProperty("toppings")[0].GetProperty("price").GetRawText().ShouldBe("2.50");
        menu.GetProperty("sizes")
            .GetRawText()
            .ShouldBe("""[{"name":"small","multiplier":1},{"name":"medium","multiplier":1.3},{"name":"large","multiplier":1.6}]""");
        menu.GetProperty("currency").GetString().ShouldBe("USD");
    }

    [Fact]
    public async Task A_pizza_shows_its_price_in_each_size()
    {
        var pizza = await _menu.Anonymous().ReadAsync("/api/menu/pizzas/pepperoni").JsonAsync();

        pizza.GetProperty("prices").GetRawText().ShouldBe("""{"small":17.49,"medium":21.99,"large":26.48}""");
        pizza.GetProperty("available").GetBoolean().ShouldBeTrue();
        await _menu.Anonymous().ReadAsync("/api/menu/pizzas/calzone").ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task An_unchanged_menu_is_not_sent_again_and_every_change_is()
    {
        var first = await TagAsync(ifNoneMatch: null);
        (await StatusAsync(first)).ShouldBe(HttpStatusCode.NotModified);

        await _menu.As(Roles.Chef).PutAsync("/api/menu/pizzas/margherita/availability", new { available = false }).JsonAsync();
        (await StatusAsync(first)).ShouldBe(HttpStatusCode.OK);
        var second = await TagAsync(first);
        await _menu.As(Roles.Manager).PostAsync("/api/menu/pizzas", Funghi).JsonAsync(201);
        var third = await TagAsync(second);

        new[] { first, second, third }.Distinct().Count().ShouldBe(3);
        (await StatusAsync(third)).ShouldBe(HttpStatusCode.NotModified);
        (await StatusAsync($"W/{third}")).ShouldBe(HttpStatusCode.NotModified);
        (await StatusAsync($"\"other\", {third}")).ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_manager_adds_changes_and_takes_off_a_pizza()
    {
        var manager = _menu.As(Roles.Manager);

        using var created = await manager.PostAsync("/api/menu/pizzas", Funghi);
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.Location!.ToString().ShouldBe("/api/menu/pizzas/funghi");
        await manager.PostAsync("/api/menu/pizzas", Funghi).ProblemAsync(409, "already-exists");
        var changed = await manager.PutAsync("/api/menu/pizzas/funghi", new { name = "Funghi", basePrice = 14 }).JsonAsync();
        changed.GetProperty("prices").GetProperty("medium").GetRawText().ShouldBe("18.20");

        using var removed = await manager.DeleteAsync(new Uri("/api/menu/pizzas/funghi", UriKind.Relative));
        removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await manager.DeleteAsync(new Uri("/api/menu/pizzas/funghi", UriKind.Relative)).ProblemAsync(404, "not-found");
        await manager.ReadAsync("/api/menu/pizzas/funghi").ProblemAsync(404, "not-found");
        await manager.PutAsync("/api/menu/pizzas/funghi", Funghi).ProblemAsync(404, "not-found");
        await manager.PostAsync("/api/menu/pizzas", Funghi).JsonAsync(201);
    }

    [Fact]
    public async Task Adding_twice_with_one_key_answers_the_same_twice()
    {
        var manager = _menu.As(Roles.Manager);
        manager.DefaultRequestHeaders.Add("Idempotency-Key", "funghi-1");

        using var first = await manager.PostAsync("/api/menu/pizzas", Funghi);
        using var second = await manager.PostAsync("/api/menu/pizzas", Funghi);

        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        second.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        second.Headers.Location.ShouldBe(first.Headers.Location);
    }

    [Theory]
    [InlineData("محمد")]
    [InlineData("Пицца")]
    public async Task A_pizza_of_any_script_is_added_once_and_found_by_its_id(string name)
    {
        var pizza = new { name, basePrice = 10.00m };

        var id = (await _menu.As(Roles.Manager).PostAsync("/api/menu/pizzas", pizza).JsonAsync(201)).GetProperty("id").GetString();

        (await _menu.As(Roles.Manager).ReadAsync($"/api/menu/pizzas/{id}").JsonAsync()).GetProperty("name").GetString().ShouldBe(name);
        await _menu.As(Roles.Manager).PostAsync("/api/menu/pizzas", pizza).ProblemAsync(409, "already-exists");
    }

    [Fact]
    public async Task A_pizza_that_breaks_the_bounds_is_refused_by_field()
    {
        var manager = _menu.As(Roles.Manager);
        var tooMany = Toppings.Approved.Take(11);

        var problem = await manager
            .PostAsync(
                "/api/menu/pizzas",
                new
                {
                    name = " ",
                    description = new string('x', 501),
                    basePrice = 0,
                    toppings = tooMany,
                }
            )
            .ProblemAsync(400, "validation");
        await manager.PostAsync("/api/menu/pizzas", new { name = "Half cent", basePrice = 1.005 }).ProblemAsync(400, "validation");
        await manager.PostAsync("/api/menu/pizzas", new { name = "!?", basePrice = 10 }).ProblemAsync(400, "validation");
        await manager
            .PostAsync(
                "/api/menu/pizzas",
                new
                {
                    id = "No Slug",
                    name = "x",
                    basePrice = 10,
                }
            )
            .ProblemAsync(400, "validation");
        await manager
            .PostAsync(
                "/api/menu/pizzas",
                new
                {
                    name = "x",
                    basePrice = 10,
                    toppings = new[] { "basil", "basil" },
                }
            )
            .ProblemAsync(400, "validation");
        await manager
            .PostAsync(
                "/api/menu/pizzas",
                new
                {
                    name = "x",
                    basePrice = 10,
                    toppings = new[] { "gold" },
                }
            )
            .ProblemAsync(422, "unknown-topping");

        problem
            .GetProperty("errors")
            .EnumerateObject()
            .Select(each => each.Name)
            .ShouldBe(["name", "description", "basePrice", "toppings"], ignoreOrder: true);
    }

    [Fact]
    public async Task Only_those_who_may_change_the_menu()
    {
        await _menu.Anonymous().PostAsync("/api/menu/pizzas", Funghi).ProblemAsync(401, "unauthenticated");
        await _menu.As(Roles.Customer).PostAsync("/api/menu/pizzas", Funghi).ProblemAsync(403, "forbidden");
        await _menu.As(Roles.Chef).PostAsync("/api/menu/pizzas", Funghi).ProblemAsync(403, "forbidden");
        await _menu.As(Roles.Chef).PutAsync("/api/menu/pizzas/margherita", Funghi).ProblemAsync(403, "forbidden");
        await _menu.As(Roles.Chef).DeleteAsync(new Uri("/api/menu/pizzas/margherita", UriKind.Relative)).ProblemAsync(403, "forbidden");
        await _menu
            .As(Roles.Driver)
            .PutAsync("/api/menu/pizzas/margherita/availability", new { available = false })
            .ProblemAsync(403, "forbidden");

        await _menu
            .As(Roles.Chef)
            .PutAsync("/api/menu/pizzas/margherita/availability", new { available = false, reason = "no dough" })
            .JsonAsync();
        await _menu.As(Roles.Manager).PutAsync("/api/menu/pizzas/margherita/availability", new { available = true }).JsonAsync();
    }

    [Fact]
    public async Task Availability_says_why_and_must_be_said()
    {
        var chef = _menu.As(Roles.Chef);

        var soldOut = await chef.PutAsync("/api/menu/pizzas/hawaiian/availability", new { available = false, reason = "no pineapple" })
            .JsonAsync();
        await chef.PutAsync("/api/menu/pizzas/hawaiian/availability", new { reason = "x" }).ProblemAsync(400, "validation");
        await chef.PutAsync("/api/menu/pizzas/calzone/availability", new { available = true }).ProblemAsync(404, "not-found");

        soldOut.GetProperty("available").GetBoolean().ShouldBeFalse();
        soldOut.GetProperty("unavailableReason").GetString().ShouldBe("no pineapple");
    }

    [Fact]
    public async Task A_method_that_an_address_does_not_know_is_a_problem_too() =>
        await _menu.Anonymous().PostAsync("/api/menu").ProblemAsync(405, "method-not-allowed");

    [Fact]
    public async Task Seeding_again_keeps_what_a_manager_did_since()
    {
        var manager = _menu.As(Roles.Manager);
        await manager
            .PutAsync(
                "/api/menu/pizzas/pepperoni",
                new
                {
                    name = "Pepperoni",
                    basePrice = 9.99,
                    toppings = new[] { "pepperoni" },
                }
            )
            .JsonAsync();
        await manager.DeleteAsync(new Uri("/api/menu/pizzas/hawaiian", UriKind.Relative));

        var added = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _menu.Get<MenuSeed>().SeedAsync(CancellationToken.None)));

        added.ShouldAllBe(count => count == 0);
        (await _menu.Anonymous().ReadAsync("/api/menu/pizzas/pepperoni").JsonAsync())
            .GetProperty("basePrice")
            .GetRawText()
            .ShouldBe("9.99");
        await _menu.Anonymous().ReadAsync("/api/menu/pizzas/hawaiian").ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task In_the_morning_what_sold_out_before_comes_back_and_nothing_else()
    {
        await _menu.As(Roles.Chef).PutAsync("/api/menu/pizzas/hawaiian/availability", new { available = false }).JsonAsync();
        var morning = _menu.Clock.GetUtcNow() + TimeSpan.FromHours(1);
        _menu.Clock.Advance(TimeSpan.FromHours(2));
        var chef = new Cause("chef-1", _menu.Clock.GetUtcNow());
        await _menu
            .Get<SetAvailability>()
            .Handle("pepperoni", new(Available: false, Reason: null), IfMatch.Any, chef, CancellationToken.None);

        var returned = await _menu.Get<ReturnSoldOut>().RunAsync(new Cause("scheduler", morning), Guid.NewGuid(), CancellationToken.None);

        returned.ShouldBe(1);
        var menu = (await _menu.Get<IRepository<Pizza>>().MenuAsync(CancellationToken.None)).ToDictionary(
            pizza => pizza.Id,
            pizza => pizza.Available
        );
        menu["hawaiian"].ShouldBeTrue();
        menu["pepperoni"].ShouldBeFalse();
    }

    private async Task<string> TagAsync(string? ifNoneMatch)
    {
        using var response = await AskAsync(ifNoneMatch);
        response.Headers.CacheControl!.NoCache.ShouldBeTrue();
        return response.Headers.ETag!.ToString();
    }

    private async Task<HttpStatusCode> StatusAsync(string ifNoneMatch)
    {
        using var response = await AskAsync(ifNoneMatch);
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> AskAsync(string? ifNoneMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, MenuPath);
        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        return await _menu.Anonymous().SendAsync(request);
    }
}
