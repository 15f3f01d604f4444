using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>A customer follows an order: one sentence, four steps, and what can be done when something went wrong.</summary>
public sealed partial class TrackerPageTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string? Key, JsonElement Body)> _placed = [];

    private string _status = "cooking";
    private string _fulfilment = "delivery";
    private double _minutesLeft = 24;
    private GatewayProcess _gateway = null!;
    private PageVisitor _visitor = null!;

    public async Task InitializeAsync()
    {
        _gateway = GatewayProcess
            .Before("menu", await Pizzeria.MenuAsync())
            .And("order", await Pizzeria.OrderAsync(AnswerAsync))
            .With("Shop:Phone", "+39 055 98765")
            .Started();
        _visitor = _gateway.Visitor();
        await _visitor.SignInAsync("anna");
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task One_sentence_says_when_it_is_at_the_door_and_there_are_four_steps()
    {
        var page = await _visitor.GetAsync("/orders/o1");

        Sentence(page).ShouldMatch("^At your door [0-9:]{5}–[0-9:]{5}$");
        Step().Count(page.Html).ShouldBe(4);
        page.Html.ShouldContain("<li class=\"now\" aria-current=\"step\">");
        page.Html.ShouldContain("href=\"tel:+3905598765\"");
        page.Html.ShouldContain("Print the receipt");
    }

    [Fact]
    public async Task A_pickup_is_ready_at_one_moment()
    {
        _fulfilment = "pickup";

        Sentence(await _visitor.GetAsync("/orders/o1")).ShouldMatch("^Ready for you at [0-9:]{5}$");
    }

    [Fact]
    public async Task A_pickup_that_waits_for_its_customer_is_not_late()
    {
        (_fulfilment, _status, _minutesLeft) = ("pickup", "ready", -4);

        Sentence(await _visitor.GetAsync("/orders/o1")).ShouldBe("Your order is ready: come and fetch it.");
    }

    [Fact]
    public async Task A_late_order_is_told_to_be_late()
    {
        _minutesLeft = -4;

        var page = await _visitor.GetAsync("/orders/o1");

        Sentence(page).ShouldMatch("^Sorry, we are late. We promised [0-9:]{5}$");
        page.Html.ShouldContain("Your order is in the oven.");
    }

    [Fact]
    public async Task A_declined_order_is_paid_another_way_as_a_new_order_of_the_same_lines_once()
    {
        _status = "cancelled";
        var page = await _visitor.GetAsync("/orders/o1");

        var first = await _visitor.SendAsync("/orders/o1?handler=pay", ("method", "cash"));
        var second = await _visitor.SendAsync("/orders/o1?handler=pay", ("method", "cash"));

        page.Html.ShouldContain("a new order of the same pizzas at today's prices: $33.78");
        (first.Status, first.Location).ShouldBe((HttpStatusCode.SeeOther, "/orders/o2"));
        second.Location.ShouldBe("/orders/o2");
        _placed.Select(placed => placed.Key).Distinct().ShouldBe(["pay-again-o1"]);
        var body = _placed.First().Body;
        body.GetProperty("paymentMethod").GetString().ShouldBe("cash");
        body.GetProperty("customer").GetProperty("address").GetString().ShouldBe("Via Roma 1");
        body.GetProperty("items")[0].GetProperty("quantity").GetInt32().ShouldBe(2);
    }

    [Theory]
    [InlineData("bitcoin")]
    [InlineData("")]
    public async Task A_way_to_pay_that_there_is_not_places_nothing(string method)
    {
        _status = "cancelled";
        await _visitor.GetAsync("/orders/o1");

        await _visitor.SendAndFollowAsync("/orders/o1?handler=pay", ("method", method));

        _placed.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_order_that_was_not_declined_is_not_placed_anew()
    {
        await _visitor.GetAsync("/orders/o1");

        await _visitor.SendAsync("/orders/o1?handler=pay", ("method", "cash"));

        _placed.ShouldBeEmpty();
    }

    // Returns the sentence without tags.
    private static string Sentence(Page page) =>
        Tag().Replace(Heading().Match(page.Html).Groups["sentence"].Value, "").ReplaceLineEndings(" ").Trim();

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("POST", "/api/orders"):
                _placed.Enqueue(
                    (context.Request.Headers["Idempotency-Key"], await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body))
                );
                await Pizzeria.JsonAsync(context, Order("o2", "confirmed", "cash_due"), StatusCodes.Status201Created);
                break;
            case ("GET", "/api/orders/o1"):
                await Pizzeria.JsonAsync(context, Order("o1", _status, _status == "cancelled" ? "declined" : "paid"));
                break;
            default:
                await Pizzeria.NotFoundAsync(context);
                break;
        }
    }

    private string Order(string id, string status, string payment) =>
        $$"""
            {"id":"{{id}}","status":"{{status}}","customer":{"name":"Anna","phone":"+39 055 123456","address":"Via Roma 1"},
             "items":[{"lineId":"1","pizzaId":"margherita","name":"Margherita","size":"medium","toppings":[],"extraToppings":[],"quantity":2,
             "unitPrice":16.89,"lineTotal":33.78}],"total":33.78,"currency":"USD","fulfilment":"{{_fulfilment}}",
             "paymentMethod":"credit_card","payment":{"status":"{{payment}}"},"notes":null,"placedAt":"{{At(-20)}}",
             "confirmedAt":"{{At(-19)}}","cookingStartedAt":"{{At(-5)}}","readyAt":null,"deliveringAt":null,"deliveredAt":null,
             "cancelledAt":null,"cancellationReason":null,"estimatedReadyAt":"{{At(4)}}","promisedAt":"{{At(_minutesLeft)}}",
             "chef":null,"driver":null,"version":3}
            """;

    private static string At(double minutes) =>
        DateTimeOffset.UtcNow.AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex("<h1 id=\"status\">(?<sentence>.*?)</h1>", RegexOptions.Singleline, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Heading();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Tag();

    [GeneratedRegex("<li class=\"(?:done|now|todo)\"", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Step();
}
