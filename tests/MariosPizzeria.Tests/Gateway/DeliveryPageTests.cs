using System.Globalization;
using System.Net;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

public sealed class DeliveryPageTests : IAsyncLifetime
{
    private readonly StandInDeliveries _services = new();
    private GatewayProcess _gateway = null!;
    private PageVisitor _visitor = null!;

    public async Task InitializeAsync()
    {
        _gateway = GatewayProcess.Before("order", await Pizzeria.OrderAsync(_services.AnswerAsync)).Started();
        _visitor = _gateway.Visitor();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Somebody_who_has_not_signed_in_is_asked_to()
    {
        var page = await _visitor.GetAsync("/delivery");

        page.Status.ShouldBe(HttpStatusCode.SeeOther);
        page.Location.ShouldBe("/signin?return=%2Fdelivery");
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("chef")]
    public async Task Deliveries_are_not_for_customers_and_chefs(string username)
    {
        await _visitor.SignInAsync(username);

        var page = await _visitor.GetAsync("/delivery");

        page.Status.ShouldBe(HttpStatusCode.Forbidden);
        page.Html.ShouldNotContain("Via Verdi");
    }

    [Theory]
    [InlineData("driver")]
    [InlineData("manager")]
    public async Task A_driver_sees_the_own_tour_what_is_ready_and_what_is_fetched(string username)
    {
        await _visitor.SignInAsync(username);

        var page = await _visitor.GetAsync("/delivery");

        page.Status.ShouldBe(HttpStatusCode.OK);
        Section(page, "tour").ShouldContain("#00D1FF");
        Section(page, "to-take").ShouldContain("#00C1FF");
        Section(page, "counter").ShouldContain("#00E1FF");
        Section(page, "counter").ShouldNotContain("#00C1FF");
    }

    [Fact]
    public async Task The_sequence_is_the_services_and_only_the_first_order_is_unfolded()
    {
        _services.Waiting = ["00c2ff-order", "00c1ff-order", "00c3ff-order"];
        await _visitor.SignInAsync("driver");

        var ready = Section(await _visitor.GetAsync("/delivery"), "to-take").Split("data-order=")[1..];

        ready.Select(stop => stop[1..13]).ShouldBe(_services.Waiting);
        ready.Select(stop => stop.Contains("<details", StringComparison.Ordinal)).ShouldBe([false, true, true]);
    }

    [Fact]
    public async Task A_driver_begins_with_the_deliveries()
    {
        await _visitor.GetAsync("/signin");

        var answer = await _visitor.SendAsync("/signin", ("username", "driver"), ("password", "right"));

        answer.Location.ShouldBe("/delivery");
    }

    [Fact]
    public async Task Address_and_phone_are_links_and_cash_is_to_be_collected()
    {
        await _visitor.SignInAsync("driver");

        var tour = Section(await _visitor.GetAsync("/delivery"), "tour");

        tour.ShouldContain("href=\"https://www.openstreetmap.org/search?query=Via%20Verdi%203%20%26%20%22b%22\"");
        tour.ShouldContain("rel=\"noopener noreferrer\"");
        tour.ShouldContain("href=\"tel:+39055123456\"");
        tour.ShouldContain("Collect $33.78");
    }

    [Fact]
    public async Task An_address_of_two_lines_is_shown_in_two_and_looked_up_as_one()
    {
        _services.Address = "1 Main St\\nApt 2";
        await _visitor.SignInAsync("driver");

        var tour = Section(await _visitor.GetAsync("/delivery"), "tour");

        tour.ShouldContain("class=\"written\">1 Main St\nApt 2</p>");
        tour.ShouldContain("query=1%20Main%20St%2C%20Apt%202\"");
    }

    [Fact]
    public async Task An_order_is_taken_and_delivered_by_forms_with_the_pages_key()
    {
        await _visitor.SignInAsync("driver");
        await _visitor.GetAsync("/delivery");

        var taken = await _visitor.SendAsync("/delivery?handler=take", ("id", "00c1ff-order"), ("key", "k1"));
        var delivered = await _visitor.SendAsync("/delivery?handler=delivered", ("id", "00d1ff-order"), ("key", "k2"));

        taken.Status.ShouldBe(HttpStatusCode.SeeOther);
        taken.Location.ShouldBe("/delivery");
        delivered.Status.ShouldBe(HttpStatusCode.SeeOther);
        _services.Moves.ShouldBe(["/api/delivery/00c1ff-order/take k1", "/api/delivery/00d1ff-order/delivered k2"]);
    }

    [Fact]
    public async Task What_was_handed_over_can_be_undone_and_what_was_not_brought_back_with_its_reason()
    {
        await _visitor.SignInAsync("driver");
        var page = await _visitor.GetAsync("/delivery");

        Section(page, "today").ShouldContain("Cash to hand in: $33.78");
        Section(page, "today").ShouldContain("undo-00f1ff-order");
        Section(page, "today").ShouldNotContain("undo-00f2ff-order", customMessage: "two minutes are over");
        await _visitor.SendAsync("/delivery?handler=undo", ("id", "00f1ff-order"), ("key", "k1"));
        await _visitor.SendAsync("/delivery?handler=failed&reason=nobody%20at%20home", ("id", "00d1ff-order"), ("key", "k2"));

        _services.Moves.ShouldBe(["/api/delivery/00f1ff-order/undo k1", "/api/delivery/00d1ff-order/failed k2 nobody at home"]);
    }

    [Theory]
    [InlineData("undo", "illegal-transition", 409, "#00C1FF can't be undone any more")]
    [InlineData("failed", "illegal-transition", 409, "#00C1FF is not under way with you any more")]
    [InlineData("take", "illegal-transition", 409, "#00C1FF is gone: another driver was faster.")]
    [InlineData("delivered", "illegal-transition", 409, "#00C1FF is not yours to hand over")]
    [InlineData("take", "unavailable", 503, "Nothing has changed for #00C1FF")]
    public async Task A_refusal_is_told_above_the_orders(string step, string slug, int status, string told)
    {
        await _visitor.SignInAsync("driver");
        await _visitor.GetAsync("/delivery");
        _services.Refuse(slug, status);

        var page = await _visitor.SendAndFollowAsync($"/delivery?handler={step}", ("id", "00c1ff-order"), ("key", "k1"));

        page.Html.ShouldContain(told);
        Section(page, "to-take").ShouldContain("#00C1FF");
    }

    [Fact]
    public async Task The_deliveries_speak_italian()
    {
        await _visitor.SignInAsync("driver");

        var page = await _visitor.GetAsync("/delivery", "it-IT");

        page.Html.ShouldContain("Il tuo giro");
        page.Html.ShouldContain("Incassa 33,78\u00a0$");
    }

    private static string Section(Page page, string id)
    {
        var start = page.Html.IndexOf($"id=\"{id}\" data-live", StringComparison.Ordinal);
        start.ShouldBeGreaterThan(-1, $"{id} is not on the page: {page.Html}");
        return page.Html[start..page.Html.IndexOf("</section>", start, StringComparison.Ordinal)];
    }

    /// <summary>One order is under way with the driver who sends the request, one is ready for a driver, one for its customer.</summary>
    private sealed class StandInDeliveries
    {
        private string UnderWay => Order("00d1ff-order", "delivering", "delivery");
        private string ToTake => string.Join(',', Waiting.Select(id => Order(id, "ready", "delivery")));
        private string Fetched => Order("00e1ff-order", "ready", "pickup");

        private readonly List<string> _moves = [];
        private (string Slug, int Status)? _refusal;

        /// <summary>The path and the idempotency key of each move.</summary>
        public IReadOnlyList<string> Moves => _moves;

        /// <summary>The ids of the orders that are ready for a driver.</summary>
        public IReadOnlyList<string> Waiting { get; set; } = ["00c1ff-order"];

        /// <summary>The address of all orders, escaped as in JSON.</summary>
        public string Address { get; set; } = "Via Verdi 3 & \\\"b\\\"";

        public void Refuse(string slug, int status) => _refusal = (slug, status);

        public Task AnswerAsync(HttpContext context) =>
            (context.Request.Method, context.Request.Path.Value) switch
            {
                ("GET", "/api/delivery/tour") => Pizzeria.JsonAsync(
                    context,
                    $$"""{"items":[{{UnderWay}}],"delivered":[{{Delivered("00f1ff-order", -1)}},{{Delivered("00f2ff-order", -3)}}],"cashToHandIn":33.78}"""
                ),
                ("GET", "/api/delivery/ready") => Pizzeria.JsonAsync(context, $$"""{"items":[{{ToTake}}]}"""),
                ("GET", "/api/orders") when context.Request.Query["status"] == "ready" => Pizzeria.JsonAsync(
                    context,
                    $$"""{"items":[{{Fetched}},{{ToTake}}],"page":1,"pageSize":100,"total":2}"""
                ),
                _ => MoveAsync(context),
            };

        private async Task MoveAsync(HttpContext context)
        {
            if (_refusal is { } refusal)
            {
                await Pizzeria.JsonAsync(
                    context,
                    $$"""{"type":"/problems/{{refusal.Slug}}","title":"No","status":{{refusal.Status}},"detail":"No.","traceId":"0"}""",
                    refusal.Status
                );
                return;
            }

            using var body = new StreamReader(context.Request.Body);
            var text = await body.ReadToEndAsync();
            var reason = text.Length > 0 ? JsonSerializer.Deserialize<DeliveryFailedRequest>(text, PizzeriaJson.Options)!.Reason : null;
            _moves.Add($"{context.Request.Path} {context.Request.Headers[IdempotencyFilter.Header]} {reason}".TrimEnd());
            await Pizzeria.JsonAsync(context, UnderWay);
        }

        private string Delivered(string id, double minutes) =>
            Order(id, "delivered", "delivery")
                .Replace("\"readyAt\"", $"\"deliveredAt\":\"{At(minutes)}\",\"readyAt\"", StringComparison.Ordinal);

        private string Order(string id, string status, string fulfilment) =>
            $$"""
                {"id":"{{id}}","status":"{{status}}","customer":{"name":"Marta","phone":"+39 (055) 123456","address":"{{Address}}"},
                 "items":[{"lineId":"1","pizzaId":"margherita","name":"Margherita","size":"medium","toppings":[],"extraToppings":[],
                   "quantity":2,"unitPrice":16.89,"lineTotal":33.78}],
                 "total":33.78,"currency":"USD","fulfilment":"{{fulfilment}}","paymentMethod":"cash","payment":{"status":"cash_due"},
                 "notes":null,"placedAt":"{{At(-20)}}","readyAt":"{{At(-5)}}","deliveringAt":"{{At(-2)}}","estimatedReadyAt":"{{At(-6)}}",
                 "version":5}
                """;

        private static string At(double minutes) =>
            DateTimeOffset.UtcNow.AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
