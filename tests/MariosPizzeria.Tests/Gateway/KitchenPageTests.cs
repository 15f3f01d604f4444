using System.Net;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

public sealed class KitchenPageTests : IAsyncLifetime
{
    private readonly StandInKitchen _services = new();
    private Replica _kitchen = null!;
    private Replica _order = null!;
    private GatewayProcess _gateway = null!;
    private PageVisitor _visitor = null!;

    public async Task InitializeAsync()
    {
        _kitchen = await Replica.StartAsync(_services.AnswerAsync);
        _order = await Pizzeria.OrderAsync();
        _gateway = GatewayProcess.Before("kitchen", _kitchen).And("order", _order).Started();
        _visitor = _gateway.Visitor();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Somebody_who_has_not_signed_in_is_asked_to()
    {
        var page = await _visitor.GetAsync("/kitchen");

        page.Status.ShouldBe(HttpStatusCode.SeeOther);
        page.Location.ShouldBe("/signin?return=%2Fkitchen");
        _kitchen.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("driver")]
    public async Task The_kitchen_is_not_for_customers_and_drivers(string username)
    {
        await _visitor.SignInAsync(username);

        var page = await _visitor.GetAsync("/kitchen");
        var move = await _visitor.SendAsync("/kitchen?handler=start", ("id", "00a1ff-order"), ("key", "k1"));

        page.Status.ShouldBe(HttpStatusCode.Forbidden);
        page.Html.ShouldContain("This door is for others");
        page.Html.ShouldNotContain("<li><a href=\"/kitchen\"");
        move.Status.ShouldBe(HttpStatusCode.Forbidden);
        _kitchen.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("chef")]
    [InlineData("manager")]
    public async Task Tickets_stand_in_columns_by_how_far_they_are(string username)
    {
        await _visitor.SignInAsync(username);

        var page = await _visitor.GetAsync("/kitchen");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldContain("<li><a href=\"/kitchen\"");
        Column(page, "queued").ShouldContain("#00A1FF");
        Column(page, "queued").ShouldContain("#00A2FF");
        Column(page, "cooking").ShouldContain("#00B1FF");
        Column(page, "ready").ShouldContain("#00C1FF");
        Column(page, "queued").ShouldNotContain("#00B1FF");
        page.Html.ShouldContain("1 of 2 in the oven");
    }

    [Fact]
    public async Task A_chef_begins_in_the_kitchen()
    {
        await _visitor.GetAsync("/signin");

        var answer = await _visitor.SendAsync("/signin", ("username", "chef"), ("password", "right"));

        answer.Location.ShouldBe("/kitchen");
    }

    [Fact]
    public async Task How_a_ticket_stands_against_its_promise_is_told_in_words()
    {
        await _visitor.SignInAsync("chef");

        var queued = Column(await _visitor.GetAsync("/kitchen"), "queued");

        queued.ShouldContain("3 min late");
        queued.ShouldContain("ticket late");
        queued.ShouldContain("20 min left");
        queued.ShouldContain("ticket on_time");
    }

    [Fact]
    public async Task An_allergy_is_an_alarm_and_another_note_is_a_note()
    {
        await _visitor.SignInAsync("chef");

        var page = await _visitor.GetAsync("/kitchen");

        Column(page, "queued").ShouldContain("note allergy");
        Column(page, "queued").ShouldContain("no <nuts>, allergic");
        Column(page, "cooking").ShouldContain("class=\"note\"");
        Column(page, "cooking").ShouldNotContain("allergy");
    }

    [Fact]
    public async Task What_is_to_be_made_now_is_what_waits_and_not_what_is_in_the_oven()
    {
        await _visitor.SignInAsync("chef");

        var totals = Between(await _visitor.GetAsync("/kitchen"), "id=\"all-day\"", "</section>");

        totals.ShouldContain("<b>5</b>");
        totals.ShouldContain("4 Medium · 1 Large<");
        totals.ShouldNotContain("Hawaiian");
    }

    [Fact]
    public async Task A_ticket_shows_extra_toppings_and_how_it_leaves_but_not_what_the_recipe_says()
    {
        await _visitor.SignInAsync("chef");

        var queued = Column(await _visitor.GetAsync("/kitchen"), "queued");

        queued.ShouldContain("+ basil");
        queued.ShouldNotContain("mushrooms");
        queued.ShouldContain("For the driver");
    }

    [Fact]
    public async Task A_full_oven_is_told_by_the_buttons()
    {
        await _visitor.SignInAsync("chef");
        var free = await _visitor.GetAsync("/kitchen");
        _services.Cooking = 2;

        var full = await _visitor.GetAsync("/kitchen");

        free.Html.ShouldContain("class=\"load\"");
        full.Html.ShouldContain("class=\"load full\"");
        Column(full, "queued").ShouldContain("<span class=\"while-full\">The oven is full</span>");
    }

    [Fact]
    public async Task A_pizza_is_sold_out_and_back_from_the_kitchens_page()
    {
        await using var menu = await Replica.StartAsync(AnswerMenu);
        await using var gateway = GatewayProcess
            .Before("kitchen", _kitchen.Address)
            .And("order", _order.Address)
            .And("menu", menu.Address)
            .Started();
        using var chef = new PageVisitor(gateway);
        await chef.SignInAsync("chef");
        var page = await chef.GetAsync("/kitchen");

        var gone = await chef.SendAsync("/kitchen?handler=availability", ("pizza", "margherita"), ("available", "false"));
        var noBasil = await chef.SendAsync("/kitchen?handler=topping", ("topping", "basil"), ("available", "false"));
        var wrong = await chef.SendAndFollowAsync("/kitchen?handler=availability", ("pizza", "margherita"), ("available", "perhaps"));

        Between(page, "id=\"sold-out-pizzas\"", "</details>").ShouldContain("Margherita");
        gone.Location.ShouldBe("/kitchen");
        menu.Seen.Count(seen => seen == "PUT /api/menu/pizzas/margherita/availability").ShouldBe(1);
        noBasil.Location.ShouldBe("/kitchen");
        menu.Seen.Count(seen => seen == "PUT /api/menu/toppings/basil/availability").ShouldBe(1);
        wrong.Html.ShouldContain("Something is missing or not quite right.");

        static Task AnswerMenu(HttpContext context) =>
            context.Request.Path == "/api/menu/toppings/basil/availability"
                ? Pizzeria.JsonAsync(context, """{"name":"basil","price":2.50,"available":false}""")
            : context.Request.Method == "PUT"
                ? Pizzeria.JsonAsync(
                    context,
                    """
                    {"id":"margherita","name":"Margherita","description":"","basePrice":12.99,"toppings":[],
                     "prices":{"small":12.99,"medium":16.89,"large":20.78},"available":false,"unavailableReason":null,"version":8}
                    """
                )
            : Pizzeria.AnswerMenuAsync(context);
    }

    [Fact]
    public async Task A_paused_kitchen_says_so_and_why()
    {
        _services.Paused = true;
        await _visitor.SignInAsync("chef");

        var page = await _visitor.GetAsync("/kitchen");

        page.Html.ShouldContain("Paused: no new orders come in.");
        page.Html.ShouldContain("Out of dough");
    }

    [Fact]
    public async Task Busy_minutes_are_told_to_the_chef()
    {
        await _visitor.SignInAsync("chef");
        (await _visitor.GetAsync("/kitchen")).Html.ShouldNotContain("min promised");
        _services.ExtraMinutes = 15;

        await Expectations.EventuallyAsync(
            async () => (await _visitor.GetAsync("/kitchen")).Html.Contains("<b>+15 min promised</b>", StringComparison.Ordinal),
            "the gateway asks again for the shop's settings after a second"
        );
    }

    [Fact]
    public async Task A_ticket_is_moved_on_by_a_form_with_the_pages_key()
    {
        await _visitor.SignInAsync("chef");
        await _visitor.GetAsync("/kitchen");

        var started = await _visitor.SendAsync("/kitchen?handler=start", ("id", "00a1ff-order"), ("key", "k1"));
        var finished = await _visitor.SendAsync("/kitchen?handler=ready", ("id", "00b1ff-order"), ("key", "k2"));
        var undone = await _visitor.SendAsync("/kitchen?handler=undo", ("id", "00b1ff-order"), ("key", "k3"));

        started.Status.ShouldBe(HttpStatusCode.SeeOther);
        started.Location.ShouldBe("/kitchen");
        finished.Status.ShouldBe(HttpStatusCode.SeeOther);
        undone.Location.ShouldBe("/kitchen");
        _services.Moves.ShouldBe([
            "/api/kitchen/tickets/00a1ff-order/start k1",
            "/api/kitchen/tickets/00b1ff-order/ready k2",
            "/api/kitchen/tickets/00b1ff-order/undo k3",
        ]);
    }

    [Fact]
    public async Task A_form_without_the_sessions_token_moves_nothing()
    {
        await _visitor.SignInAsync("chef");
        await _visitor.GetAsync("/kitchen");
        _visitor.Csrf = "of-another-site";
        _visitor.FormHeaders.Clear();

        var refused = await _visitor.SendAsync("/kitchen?handler=start", ("id", "00a1ff-order"), ("key", "k1"));

        refused.Status.ShouldBe(HttpStatusCode.Forbidden);
        _services.Moves.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("kitchen-at-capacity", 409, "The oven is full: 1 of 2 tickets cook. Take one out before #00A1FF goes in.")]
    [InlineData("illegal-transition", 409, "#00A1FF has moved on already")]
    [InlineData("not-found", 404, "#00A1FF is not in the kitchen any more.")]
    [InlineData("unavailable", 503, "#00A1FF could not be moved")]
    public async Task A_refusal_is_told_above_the_tickets(string slug, int status, string told)
    {
        await _visitor.SignInAsync("chef");
        await _visitor.GetAsync("/kitchen");
        _services.Refuse(slug, status);

        var page = await _visitor.SendAndFollowAsync("/kitchen?handler=start", ("id", "00a1ff-order"), ("key", "k1"));

        Between(page, "id=\"refusal\"", "</p>").ShouldContain(told);
        Column(page, "queued").ShouldContain("#00A1FF");
    }

    [Fact]
    public async Task The_kitchen_speaks_italian()
    {
        await _visitor.SignInAsync("chef");

        var page = await _visitor.GetAsync("/kitchen", "it-IT");

        page.Html.ShouldContain("Da fare adesso");
        page.Html.ShouldContain("3 min di ritardo");
        page.Html.ShouldContain("1 di 2 in forno");
    }

    [Theory]
    [InlineData("abcde\U0001F355", "#ABCDE")]
    [InlineData("abcd\U0001F355f", "#ABCD\U0001F355")]
    [InlineData("abcdee\u0301", "#ABCDE")]
    [InlineData("abc\U0001F468\u200D\U0001F469", "#ABC")]
    public async Task A_ticket_that_there_is_not_is_named_without_half_a_character(string id, string number)
    {
        _services.Refuse("illegal-transition", 409);
        await _visitor.SignInAsync("chef");
        await _visitor.GetAsync("/kitchen");

        var page = await _visitor.SendAndFollowAsync("/kitchen?handler=start", ("id", id));

        page.Html.ShouldContain($"{number} has moved on already");
        page.Html.ShouldNotContain("\uFFFD");
    }

    [Fact]
    public async Task The_board_shows_the_tickets_of_every_page()
    {
        _services.TicketsAPage = 1;
        await _visitor.SignInAsync("chef");

        var page = await _visitor.GetAsync("/kitchen");

        Column(page, "queued").ShouldContain("00A2");
        Column(page, "ready").ShouldContain("00C1");
    }

    [Fact]
    public async Task Without_the_kitchen_service_the_page_is_a_friendly_503()
    {
        using var gateway = GatewayProcess.Before("kitchen", Replica.Nobody()).And("order", _order.Address).Started();
        using var visitor = new PageVisitor(gateway);
        await visitor.SignInAsync("chef");

        var page = await visitor.GetAsync("/kitchen");

        page.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        page.Html.ShouldContain("The oven is out for a moment");
    }

    private static string Column(Page page, string id) => Between(page, $"id=\"{id}\"", "</section>");

    private static string Between(Page page, string from, string to)
    {
        var start = page.Html.IndexOf(from, StringComparison.Ordinal);
        start.ShouldBeGreaterThan(-1, $"{from} is not on the page: {page.Html}");
        return page.Html[start..page.Html.IndexOf(to, start, StringComparison.Ordinal)];
    }
}
