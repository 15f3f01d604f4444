using System.Net;
using MariosPizzeria.Contracts;
using MariosPizzeria.MenuService;
using MariosPizzeria.MenuService.Admin;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.MenuService.Features;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;
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
        var menu = await _menu.Anonymous().Read("/api/menu").Json();

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
        var pizza = await _menu.Anonymous().Read("/api/menu/pizzas/pepperoni").Json();

        pizza.GetProperty("prices").GetRawText().ShouldBe("""{"small":17.49,"medium":21.99,"large":26.48}""");
        pizza.GetProperty("available").GetBoolean().ShouldBeTrue();
        await _menu.Anonymous().Read("/api/menu/pizzas/calzone").Problem(404, "not-found");
    }

    [Fact]
    public async Task An_unchanged_menu_is_not_sent_again_and_every_change_is()
    {
        var first = await Tag(ifNoneMatch: null);
        (await Status(first)).ShouldBe(HttpStatusCode.NotModified);

        await _menu.As(Roles.Chef).Put("/api/menu/pizzas/margherita/availability", new { available = false }).Json();
        (await Status(first)).ShouldBe(HttpStatusCode.OK);
        var second = await Tag(first);
        await _menu.As(Roles.Manager).Post("/api/menu/pizzas", Funghi).Json(201);
        var third = await Tag(second);

        new[] { first, second, third }.Distinct().Count().ShouldBe(3);
        (await Status(third)).ShouldBe(HttpStatusCode.NotModified);
        (await Status($"W/{third}")).ShouldBe(HttpStatusCode.NotModified);
        (await Status($"\"other\", {third}")).ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_manager_adds_changes_and_takes_off_a_pizza()
    {
        var manager = _menu.As(Roles.Manager);

        using var created = await manager.Post("/api/menu/pizzas", Funghi);
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.Location!.ToString().ShouldBe("/api/menu/pizzas/funghi");
        await manager.Post("/api/menu/pizzas", Funghi).Problem(409, "already-exists");
        var changed = await manager.Put("/api/menu/pizzas/funghi", new { name = "Funghi", basePrice = 14 }).Json();
        changed.GetProperty("prices").GetProperty("medium").GetRawText().ShouldBe("18.20");

        using var removed = await manager.DeleteAsync(new Uri("/api/menu/pizzas/funghi", UriKind.Relative));
        removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await manager.DeleteAsync(new Uri("/api/menu/pizzas/funghi", UriKind.Relative)).Problem(404, "not-found");
        await manager.Read("/api/menu/pizzas/funghi").Problem(404, "not-found");
        await manager.Put("/api/menu/pizzas/funghi", Funghi).Problem(404, "not-found");
        await manager.Post("/api/menu/pizzas", Funghi).Json(201);
    }

    [Fact]
    public async Task Adding_twice_with_one_key_answers_the_same_twice()
    {
        var manager = _menu.As(Roles.Manager);
        manager.DefaultRequestHeaders.Add("Idempotency-Key", "funghi-1");

        using var first = await manager.Post("/api/menu/pizzas", Funghi);
        using var second = await manager.Post("/api/menu/pizzas", Funghi);

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

        var id = (await _menu.As(Roles.Manager).Post("/api/menu/pizzas", pizza).Json(201)).GetProperty("id").GetString();

        (await _menu.As(Roles.Manager).Read($"/api/menu/pizzas/{id}").Json()).GetProperty("name").GetString().ShouldBe(name);
        await _menu.As(Roles.Manager).Post("/api/menu/pizzas", pizza).Problem(409, "already-exists");
    }

    [Fact]
    public async Task A_pizza_that_breaks_the_bounds_is_refused_by_field()
    {
        var manager = _menu.As(Roles.Manager);
        var tooMany = Toppings.Approved.Take(11);

        var problem = await manager
            .Post(
                "/api/menu/pizzas",
                new
                {
                    name = " ",
                    description = new string('x', 501),
                    basePrice = 0,
                    toppings = tooMany,
                }
            )
            .Problem(400, "validation");
        await manager.Post("/api/menu/pizzas", new { name = "Half cent", basePrice = 1.005 }).Problem(400, "validation");
        await manager.Post("/api/menu/pizzas", new { name = "!?", basePrice = 10 }).Problem(400, "validation");
        await manager
            .Post(
                "/api/menu/pizzas",
                new
                {
                    id = "No Slug",
                    name = "x",
                    basePrice = 10,
                }
            )
            .Problem(400, "validation");
        await manager
            .Post(
                "/api/menu/pizzas",
                new
                {
                    name = "x",
                    basePrice = 10,
                    toppings = new[] { "basil", "basil" },
                }
            )
            .Problem(400, "validation");
        await manager
            .Post(
                "/api/menu/pizzas",
                new
                {
                    name = "x",
                    basePrice = 10,
                    toppings = new[] { "gold" },
                }
            )
            .Problem(422, "unknown-topping");

        problem
            .GetProperty("errors")
            .EnumerateObject()
            .Select(each => each.Name)
            .ShouldBe(["name", "description", "basePrice", "toppings"], ignoreOrder: true);
    }

    [Fact]
    public async Task Only_those_who_may_change_the_menu()
    {
        await _menu.Anonymous().Post("/api/menu/pizzas", Funghi).Problem(401, "unauthenticated");
        await _menu.As(Roles.Customer).Post("/api/menu/pizzas", Funghi).Problem(403, "forbidden");
        await _menu.As(Roles.Chef).Post("/api/menu/pizzas", Funghi).Problem(403, "forbidden");
        await _menu.As(Roles.Chef).Put("/api/menu/pizzas/margherita", Funghi).Problem(403, "forbidden");
        await _menu.As(Roles.Chef).DeleteAsync(new Uri("/api/menu/pizzas/margherita", UriKind.Relative)).Problem(403, "forbidden");
        await _menu.As(Roles.Driver).Put("/api/menu/pizzas/margherita/availability", new { available = false }).Problem(403, "forbidden");

        await _menu.As(Roles.Chef).Put("/api/menu/pizzas/margherita/availability", new { available = false, reason = "no dough" }).Json();
        await _menu.As(Roles.Manager).Put("/api/menu/pizzas/margherita/availability", new { available = true }).Json();
    }

    [Fact]
    public async Task Availability_says_why_and_must_be_said()
    {
        var chef = _menu.As(Roles.Chef);

        var soldOut = await chef.Put("/api/menu/pizzas/hawaiian/availability", new { available = false, reason = "no pineapple" }).Json();
        await chef.Put("/api/menu/pizzas/hawaiian/availability", new { reason = "x" }).Problem(400, "validation");
        await chef.Put("/api/menu/pizzas/calzone/availability", new { available = true }).Problem(404, "not-found");

        soldOut.GetProperty("available").GetBoolean().ShouldBeFalse();
        soldOut.GetProperty("unavailableReason").GetString().ShouldBe("no pineapple");
    }

    [Fact]
    public async Task A_method_that_an_address_does_not_know_is_a_problem_too() =>
        await _menu.Anonymous().Post("/api/menu").Problem(405, "method-not-allowed");

    [Fact]
    public async Task Seeding_again_keeps_what_a_manager_did_since()
    {
        var manager = _menu.As(Roles.Manager);
        await manager
            .Put(
                "/api/menu/pizzas/pepperoni",
                new
                {
                    name = "Pepperoni",
                    basePrice = 9.99,
                    toppings = new[] { "pepperoni" },
                }
            )
            .Json();
        await manager.DeleteAsync(new Uri("/api/menu/pizzas/hawaiian", UriKind.Relative));

        var added = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _menu.Get<MenuSeed>().Plant(CancellationToken.None)));

        added.ShouldAllBe(count => count == 0);
        (await _menu.Anonymous().Read("/api/menu/pizzas/pepperoni").Json()).GetProperty("basePrice").GetRawText().ShouldBe("9.99");
        await _menu.Anonymous().Read("/api/menu/pizzas/hawaiian").Problem(404, "not-found");
    }

    [Fact]
    public async Task In_the_morning_what_sold_out_before_comes_back_and_nothing_else()
    {
        await _menu.As(Roles.Chef).Put("/api/menu/pizzas/hawaiian/availability", new { available = false }).Json();
        var morning = _menu.Clock.GetUtcNow() + TimeSpan.FromHours(1);
        _menu.Clock.Advance(TimeSpan.FromHours(2));
        var chef = new Cause("chef-1", _menu.Clock.GetUtcNow());
        await _menu
            .Get<SetAvailability>()
            .Handle("pepperoni", new(Available: false, Reason: null), IfMatch.Any, chef, CancellationToken.None);

        var returned = await _menu.Get<ReturnSoldOut>().Handle(morning, new Cause("scheduler", morning), CancellationToken.None);

        returned.ShouldBe(1);
        var menu = (await _menu.Get<IRepository<Pizza>>().Menu(CancellationToken.None)).ToDictionary(
            pizza => pizza.Id,
            pizza => pizza.Available
        );
        menu["hawaiian"].ShouldBeTrue();
        menu["pepperoni"].ShouldBeFalse();
    }

    private async Task<string> Tag(string? ifNoneMatch)
    {
        using var response = await Ask(ifNoneMatch);
        response.Headers.CacheControl!.NoCache.ShouldBeTrue();
        return response.Headers.ETag!.ToString();
    }

    private async Task<HttpStatusCode> Status(string ifNoneMatch)
    {
        using var response = await Ask(ifNoneMatch);
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> Ask(string? ifNoneMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, MenuPath);
        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        return await _menu.Anonymous().SendAsync(request);
    }
}
