using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Idempotency;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>From a cart to an order, and its progress, with pages only.</summary>
public sealed class OrderPageTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string? Key, JsonElement Body)> _placed = [];
    private readonly ConcurrentQueue<string> _asked = [];

    private GatewayProcess _gateway = null!;
    private PageVisitor _visitor = null!;
    private Func<HttpContext, Task> _place = null!;
    private string _tax = "";

    public async Task InitializeAsync()
    {
        _place = context => Pizzeria.JsonAsync(context, AnOrder("pending"), StatusCodes.Status201Created);
        _gateway = GatewayProcess.Before("menu", await Pizzeria.MenuAsync()).And("order", await Pizzeria.OrderAsync(AnswerAsync)).Started();
        _visitor = _gateway.Visitor();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("/orders?page=2", "/signin?return=%2Forders%3Fpage%3D2")]
    [InlineData("/orders/o1", "/signin?return=%2Forders%2Fo1")]
    [InlineData("/profile", "/signin?return=%2Fprofile")]
    [InlineData("/notifications", "/signin?return=%2Fnotifications")]
    public async Task A_page_of_ones_own_asks_to_sign_in_first_and_leads_back(string path, string location)
    {
        var answer = await _visitor.GetAsync(path);

        answer.Status.ShouldBe(HttpStatusCode.SeeOther);
        answer.Location.ShouldBe(location);
    }

    [Fact]
    public async Task A_page_of_another_role_is_a_403_page()
    {
        await _visitor.SignInAsync("driver");

        var answer = await _visitor.GetAsync("/profile");

        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Html.ShouldContain("This door is for others");
    }

    [Fact]
    public async Task An_order_is_placed_from_the_cart_which_is_empty_then()
    {
        await FillCartAsync();
        await _visitor.SignInAsync("anna");
        var checkout = await _visitor.GetAsync("/checkout");

        var placed = await _visitor.SendAsync("/checkout", Filled(checkout));
        var page = await _visitor.GetAsync(placed.Location!);

        placed.Status.ShouldBe(HttpStatusCode.SeeOther);
        placed.Location.ShouldBe("/orders/o1");
        var (key, body) = _placed.ShouldHaveSingleItem();
        key.ShouldBe($"cart-{CartOf(checkout)}");
        body.GetProperty("items")[0].GetProperty("pizzaId").GetString().ShouldBe("margherita");
        body.GetProperty("items")[0].GetProperty("quantity").GetInt32().ShouldBe(2);
        body.GetProperty("customer").GetProperty("address").GetString().ShouldBe("Via Roma 1");
        body.GetProperty("paymentMethod").GetString().ShouldBe("cash");
        page.Html.ShouldContain("Thank you! We have your order.");
        page.Html.ShouldContain("Cart, empty");
        page.Html.ShouldContain("data-stream=\"/api/orders/o1/stream\"");
    }

    [Theory]
    [InlineData(""","tax":{"percent":10,"amount":3.07}""", true)]
    [InlineData(""","tax":null""", false)]
    public async Task The_tax_in_the_total_is_on_the_receipt_if_it_is_known(string tax, bool isShown)
    {
        _tax = tax;
        await _visitor.SignInAsync("anna");

        var page = await _visitor.GetAsync("/orders/o1");

        page.Html.Contains("Tax contained (10%)", StringComparison.Ordinal).ShouldBe(isShown);
        page.Html.Contains("$3.07", StringComparison.Ordinal).ShouldBe(isShown);
    }

    [Fact]
    public async Task A_form_that_is_sent_again_leads_to_the_order_that_it_made()
    {
        await FillCartAsync();
        await _visitor.SignInAsync("anna");
        var form = Filled(await _visitor.GetAsync("/checkout"));

        await _visitor.SendAsync("/checkout", form);
        var again = await _visitor.SendAsync("/checkout", form);

        again.Location.ShouldBe("/orders/o1");
        _placed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task While_the_first_press_is_at_work_a_second_waits_for_its_order()
    {
        var tries = 0;
        _place = context =>
            Interlocked.Increment(ref tries) == 1
                ? RefuseAsync(context, "idempotency-in-progress", StatusCodes.Status409Conflict)
                : Pizzeria.JsonAsync(context, AnOrder("pending"), StatusCodes.Status201Created);
        await FillCartAsync();
        await _visitor.SignInAsync("anna");

        var placed = await _visitor.SendAsync("/checkout", Filled(await _visitor.GetAsync("/checkout")));

        placed.Location.ShouldBe("/orders/o1");
        _placed.Select(order => order.Key).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
    }

    [Fact]
    public async Task What_the_service_refuses_is_told_beside_the_field()
    {
        _place = context =>
            RefuseAsync(
                context,
                "validation",
                StatusCodes.Status400BadRequest,
                "\"errors\":{\"customer.phone\":[\"has 7 to 20 digits\"]},"
            );
        await FillCartAsync();
        await _visitor.SignInAsync("anna");
        var checkout = await _visitor.GetAsync("/checkout");

        var answer = await _visitor.SendAndFollowAsync("/checkout", Filled(checkout));

        answer.Html.ShouldContain("aria-describedby=\"wrong-Form.Phone\"");
        answer.Html.ShouldContain(">Via Roma 1</textarea>");
        CartOf(answer).ShouldBe(CartOf(checkout), "it was not remembered");
    }

    [Fact]
    public async Task After_a_refusal_that_is_remembered_the_next_try_has_another_key()
    {
        _place = context => RefuseAsync(context, "sold-out", StatusCodes.Status409Conflict);
        await FillCartAsync();
        await _visitor.SignInAsync("anna");
        var checkout = await _visitor.GetAsync("/checkout");

        var answer = await _visitor.SendAndFollowAsync("/checkout", Filled(checkout));

        answer.Html.ShouldContain("sold out by now");
        CartOf(answer).ShouldNotBe(CartOf(checkout));
    }

    [Fact]
    public async Task Where_it_is_open_what_became_of_an_order_the_form_keeps_its_key()
    {
        _place = context => RefuseAsync(context, "unavailable", StatusCodes.Status503ServiceUnavailable);
        await FillCartAsync();
        await _visitor.SignInAsync("anna");
        var checkout = await _visitor.GetAsync("/checkout");

        var answer = await _visitor.SendAndFollowAsync("/checkout", Filled(checkout));

        answer.Html.ShouldContain("Nothing was lost");
        CartOf(answer).ShouldBe(CartOf(checkout));
    }

    [Fact]
    public async Task An_order_can_be_cancelled_and_ordered_again()
    {
        await _visitor.SignInAsync("anna");
        await _visitor.GetAsync("/orders/o1");

        var cancelled = await _visitor.SendAsync("/orders/o1?handler=cancel", ("reason", ""), ("version", "3"));
        var told = await _visitor.GetAsync(cancelled.Location!);
        var again = await _visitor.SendAsync("/orders/o1?handler=again");
        var cart = await _visitor.GetAsync(again.Location!);

        cancelled.Location.ShouldBe("/orders/o1");
        _asked.ShouldContain("POST /api/orders/o1/cancel Changed my mind");
        told.Html.ShouldContain("The order is cancelled.");
        again.Location.ShouldBe("/cart");
        cart.Html.ShouldContain("Cart, 2 pizzas");
    }

    [Fact]
    public async Task A_reason_that_is_too_long_is_refused_and_shown_again()
    {
        await _visitor.SignInAsync("anna");
        await _visitor.GetAsync("/orders/o1");
        var reason = new string('x', 501);

        var refused = await _visitor.SendAndFollowAsync("/orders/o1?handler=cancel", ("reason", reason), ("version", "3"));

        refused.Html.ShouldContain(reason);
        refused.Html.ShouldContain("Up to 500 characters.");
        _asked.ShouldNotContain(asked => asked.StartsWith("POST /api/orders/o1/cancel", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_order_that_is_not_ones_own_is_a_404_page()
    {
        await _visitor.SignInAsync("anna");

        var answer = await _visitor.GetAsync("/orders/of-somebody-else");

        answer.Status.ShouldBe(HttpStatusCode.NotFound);
        answer.Html.ShouldContain("Nobody ordered this page");
    }

    private async Task FillCartAsync()
    {
        await _visitor.GetAsync("/");
        await _visitor.SendAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "2"));
    }

    private static (string Name, string Value)[] Filled(Page checkout) =>
        [
            ("Form.Seen", checkout.Hidden("Form.Seen")),
            ("Form.Fulfilment", "delivery"),
            ("Form.Name", "Anna"),
            ("Form.Phone", "+39 055 123456"),
            ("Form.Address", "Via Roma 1"),
            ("Form.PaymentMethod", "cash"),
        ];

    private static string CartOf(Page checkout) =>
        JsonDocument.Parse(checkout.Hidden("Form.Seen")).RootElement.GetProperty("cart").GetString()!;

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("POST", "/api/orders"):
                var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
                _placed.Enqueue((context.Request.Headers["Idempotency-Key"], body));
                await _place(context);
                break;
            case ("GET", "/api/orders/o1"):
            case ("GET", var path) when !_placed.IsEmpty && path == $"/api/orders/{IdOf(_placed.First().Key!)}":
                await Pizzeria.JsonAsync(context, AnOrder("confirmed"));
                break;
            case ("POST", "/api/orders/o1/cancel"):
                var reason = (await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body)).GetProperty("reason").GetString();
                _asked.Enqueue($"POST /api/orders/o1/cancel {reason}");
                await Pizzeria.JsonAsync(context, AnOrder("cancelled"));
                break;
            default:
                await RefuseAsync(context, "not-found", StatusCodes.Status404NotFound);
                break;
        }
    }

    private static string IdOf(string key) => IdempotentRequest.DocumentIdOf("id-anna", "POST", "/api/orders", key);

    private static Task RefuseAsync(HttpContext context, string slug, int status, string more = "") =>
        Pizzeria.JsonAsync(
            context,
            $$"""{"type":"/problems/{{slug}}","title":"No","status":{{status}},{{more}}"detail":"No.","traceId":"0"}""",
            status
        );

    private string AnOrder(string status) =>
        $$"""
            {"id":"o1","status":"{{status}}","customer":{"id":"id-anna","name":"Anna","phone":"+39 055 123456","address":"Via Roma 1"},
             "items":[{"lineId":"1","pizzaId":"margherita","name":"Margherita","size":"medium","toppings":[],"extraToppings":[],"quantity":2,
             "unitPrice":16.89,"lineTotal":33.78}],"total":33.78,"currency":"USD","fulfilment":"delivery","paymentMethod":"cash",
             "payment":{"status":"cash_due"},"placedAt":"2026-11-22T20:00:00Z","confirmedAt":"2026-11-22T20:00:01Z",
             "estimatedReadyAt":"2026-11-22T20:12:00Z","version":3{{_tax}}}
            """;
}
