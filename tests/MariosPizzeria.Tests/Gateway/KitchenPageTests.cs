using System.Globalization;
using System.Net;
using System.Text.Json;
using MariosPizzeria.ServiceDefaults.Idempotency;
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
        _kitchen = await Replica.Start(_services.Answer);
        _order = await Pizzeria.Order();
        _gateway = GatewayProcess.Before("kitchen", _kitchen.Address).And("order", _order.Address).Started();
        _visitor = _gateway.Visitor();
    }

    public async Task DisposeAsync()
    {
        _visitor.Dispose();
        await _gateway.DisposeAsync();
        await _kitchen.DisposeAsync();
        await _order.DisposeAsync();
    }

    [Fact]
    public async Task Somebody_who_has_not_signed_in_is_asked_to()
    {
        var page = await _visitor.Get("/kitchen");

        page.Status.ShouldBe(HttpStatusCode.SeeOther);
        page.Location.ShouldBe("/signin?return=%2Fkitchen");
        _kitchen.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("driver")]
    public async Task The_kitchen_is_not_for_customers_and_drivers(string username)
    {
        await _visitor.SignIn(username);

        var page = await _visitor.Get("/kitchen");
        var move = await _visitor.Send("/kitchen?handler=start", ("id", "00a1ff-order"), ("key", "k1"));

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
        await _visitor.SignIn(username);

        var page = await _visitor.Get("/kitchen");

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
        await _visitor.Get("/signin");

        var answer = await _visitor.Send("/signin", ("username", "chef"), ("password", "right"));

        answer.Location.ShouldBe("/kitchen");
    }

    [Fact]
    public async Task How_a_ticket_stands_against_its_promise_is_told_in_words()
    {
        await _visitor.SignIn("chef");

        var queued = Column(await _visitor.Get("/kitchen"), "queued");

        queued.ShouldContain("3 min late");
        queued.ShouldContain("ticket late");
        queued.ShouldContain("20 min left");
        queued.ShouldContain("ticket on_time");
    }

    [Fact]
    public async Task An_allergy_is_an_alarm_and_another_note_is_a_note()
    {
        await _visitor.SignIn("chef");

        var page = await _visitor.Get("/kitchen");

        Column(page, "queued").ShouldContain("note allergy");
        Column(page, "queued").ShouldContain("no <nuts>, allergic");
        Column(page, "cooking").ShouldContain("class=\"note\"");
        Column(page, "cooking").ShouldNotContain("allergy");
    }

    [Fact]
    public async Task What_is_to_be_made_now_is_what_waits_and_not_what_is_in_the_oven()
    {
        await _visitor.SignIn("chef");

        var totals = Between(await _visitor.Get("/kitchen"), "id=\"all-day\"", "</section>");

        totals.ShouldContain("<b>5</b>");
        totals.ShouldContain("4 Medium · 1 Large<");
        totals.ShouldNotContain("Hawaiian");
    }

    [Fact]
    public async Task A_paused_kitchen_says_so_and_why()
    {
        _services.Paused = true;
        await _visitor.SignIn("chef");

        var page = await _visitor.Get("/kitchen");

        page.Html.ShouldContain("Paused: no new orders come in.");
        page.Html.ShouldContain("Out of dough");
    }

    [Fact]
    public async Task A_ticket_is_moved_on_by_a_form_with_the_pages_key()
    {
        await _visitor.SignIn("chef");
        await _visitor.Get("/kitchen");

        var started = await _visitor.Send("/kitchen?handler=start", ("id", "00a1ff-order"), ("key", "k1"));
        var finished = await _visitor.Send("/kitchen?handler=ready", ("id", "00b1ff-order"), ("key", "k2"));

        started.Status.ShouldBe(HttpStatusCode.SeeOther);
        started.Location.ShouldBe("/kitchen");
        finished.Status.ShouldBe(HttpStatusCode.SeeOther);
        _services.Moves.ShouldBe(["/api/kitchen/tickets/00a1ff-order/start k1", "/api/kitchen/tickets/00b1ff-order/ready k2"]);
    }

    [Fact]
    public async Task A_form_without_the_sessions_token_moves_nothing()
    {
        await _visitor.SignIn("chef");
        await _visitor.Get("/kitchen");
        _visitor.Csrf = "of-another-site";
        _visitor.FormHeaders.Clear();

        var refused = await _visitor.Send("/kitchen?handler=start", ("id", "00a1ff-order"), ("key", "k1"));

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
        await _visitor.SignIn("chef");
        await _visitor.Get("/kitchen");
        _services.Refuse(slug, status);

        var page = await _visitor.SendAndFollow("/kitchen?handler=start", ("id", "00a1ff-order"), ("key", "k1"));

        Between(page, "id=\"refusal\"", "</p>").ShouldContain(told);
        Column(page, "queued").ShouldContain("#00A1FF");
    }

    [Fact]
    public async Task The_kitchen_speaks_italian()
    {
        await _visitor.SignIn("chef");

        var page = await _visitor.Get("/kitchen", "it-IT");

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
        await _visitor.SignIn("chef");
        await _visitor.Get("/kitchen");

        var page = await _visitor.SendAndFollow("/kitchen?handler=start", ("id", id));

        page.Html.ShouldContain($"{number} has moved on already");
        page.Html.ShouldNotContain("\uFFFD");
    }

    [Fact]
    public async Task The_board_shows_the_tickets_of_every_page()
    {
        _services.TicketsAPage = 1;
        await _visitor.SignIn("chef");

        var page = await _visitor.Get("/kitchen");

        Column(page, "queued").ShouldContain("00A2");
        Column(page, "ready").ShouldContain("00C1");
    }

    [Fact]
    public async Task Without_the_kitchen_service_the_page_is_a_friendly_503()
    {
        using var gateway = GatewayProcess.Before("kitchen", Replica.Nobody()).And("order", _order.Address).Started();
        using var visitor = new PageVisitor(gateway);
        await visitor.SignIn("chef");

        var page = await visitor.Get("/kitchen");

        page.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        page.Html.ShouldContain("The oven is out for a moment");
    }

    private static string Column(Page page, string id) => Between(page, $"id=\"{id}\" data-live", "</section>");

    private static string Between(Page page, string from, string to)
    {
        var start = page.Html.IndexOf(from, StringComparison.Ordinal);
        start.ShouldBeGreaterThan(-1, $"{from} is not on the page: {page.Html}");
        return page.Html[start..page.Html.IndexOf(to, start, StringComparison.Ordinal)];
    }

    /// <summary>Two tickets wait (one is late), one cooks, one is ready; a test says what becomes of moves.</summary>
    private sealed class StandInKitchen
    {
        private readonly List<string> _moves = [];
        private (string Slug, int Status)? _refusal;

        public bool Paused { get; set; }

        /// <summary>How many a page of the list has.</summary>
        public int TicketsAPage { get; set; } = 200;

        /// <summary>Path and idempotency key of each.</summary>
        public IReadOnlyList<string> Moves => _moves;

        public void Refuse(string slug, int status) => _refusal = (slug, status);

        public Task Answer(HttpContext context) =>
            (context.Request.Method, context.Request.Path.Value) switch
            {
                ("GET", "/api/kitchen/status") => Pizzeria.Json(context, Status()),
                ("GET", "/api/kitchen/tickets") => Pizzeria.Json(context, Tickets(context.Request.Query["after"])),
                _ => Move(context),
            };

        private Task Move(HttpContext context)
        {
            if (_refusal is { } refusal)
            {
                return Pizzeria.Json(
                    context,
                    $$"""{"type":"/problems/{{refusal.Slug}}","title":"No","status":{{refusal.Status}},"detail":"No.","traceId":"0"}""",
                    refusal.Status
                );
            }

            _moves.Add($"{context.Request.Path} {context.Request.Headers[IdempotencyFilter.Header]}");
            return Pizzeria.Json(context, Ticket("00a1ff-order", "cooking", "Margherita", "medium", 1, minutesLeft: 5, notes: null));
        }

        private string Status() =>
            $$"""
                {"capacity":2,"cooking":1,"queued":2,"ready":1,"averageCookMinutes":8.5,"paused":{{(Paused ? "true" : "false")}},
                 "reason":{{(Paused ? "\"Out of dough\"" : "null")}}}
                """;

        private string Tickets(string? after)
        {
            string[] all =
            [
                Ticket("00a1ff-order", "queued", "Margherita", "medium", 4, minutesLeft: -2.5, notes: "no <nuts>, allergic"),
                Ticket("00a2ff-order", "queued", "Margherita", "large", 1, minutesLeft: 19.5, notes: null),
                Ticket("00b1ff-order", "cooking", "Margherita", "medium", 1, minutesLeft: 3, notes: "It is a birthday"),
                Ticket("00c1ff-order", "ready", "Hawaiian", "small", 1, minutesLeft: 3, notes: null),
            ];
            var first = after is null ? 0 : int.Parse(after, CultureInfo.InvariantCulture);
            var end = Math.Min(first + TicketsAPage, all.Length);
            return $$"""{"items":[{{string.Join(',', all[first..end])}}],"next":{{(end < all.Length ? $"\"{end}\"" : "null")}}}""";
        }

        private static string Ticket(string id, string state, string pizza, string size, int quantity, double minutesLeft, string? notes) =>
            $$"""
                {"orderId":"{{id}}","state":"{{state}}","items":[{"lineId":"1","pizzaId":"p","name":"{{pizza}}","size":"{{size}}",
                 "toppings":[],"extraToppings":["basil"],"quantity":{{quantity}}}],"notes":{{JsonSerializer.Serialize(notes)}},
                 "queuedAt":"{{At(-10)}}","startedAt":null,"readyAt":null,"promisedAt":"{{At(minutesLeft)}}","leftAt":null,"chef":null}
                """;

        private static string At(double minutes) =>
            DateTimeOffset.UtcNow.AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
