using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>A cart that contains something that is sold out.</summary>
public sealed class CartPageTests : IAsyncLifetime
{
    private bool _hawaiianIsSoldOut;
    private GatewayProcess _gateway = null!;
    private PageVisitor _visitor = null!;

    public async Task InitializeAsync()
    {
        _gateway = GatewayProcess.Before("menu", await Replica.StartAsync(AnswerAsync)).Started();
        _visitor = _gateway.Visitor();
        await _visitor.GetAsync("/");
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task What_is_sold_out_is_named_in_its_line_and_the_others_keep_their_prices()
    {
        await FillAsync();
        _hawaiianIsSoldOut = true;

        var cart = await _visitor.GetAsync("/cart");

        cart.Html.ShouldContain("Can't be ordered now: Hawaiian.");
        cart.Html.ShouldContain("No pineapple today");
        cart.Html.ShouldContain("Total without what is sold out</span> <strong>$20.00</strong>");
        cart.Html.ShouldNotContain("href=\"/checkout\"");
    }

    [Fact]
    public async Task What_is_sold_out_is_taken_out_and_the_rest_goes_on_to_the_checkout()
    {
        await FillAsync();
        _hawaiianIsSoldOut = true;
        await _visitor.GetAsync("/cart");

        var goneOn = await _visitor.SendAsync("/cart?handler=withoutsoldout");

        goneOn.Location.ShouldBe("/checkout");
        var cart = await _visitor.GetAsync("/cart");
        cart.Html.ShouldContain("Cart, 2 pizzas");
        cart.Html.ShouldNotContain("Hawaiian");
        cart.Html.ShouldContain("href=\"/checkout\"");
    }

    [Fact]
    public async Task A_cart_whose_pizzas_are_all_sold_out_has_no_price()
    {
        await _visitor.SendAsync("/", ("pizza", "hawaiian"), ("size", "medium"), ("quantity", "1"));
        _hawaiianIsSoldOut = true;

        var cart = await _visitor.GetAsync("/cart");

        cart.Html.ShouldContain("Can't be ordered now: Hawaiian.");
        cart.Html.ShouldNotContain("Remove and go on");
        cart.Html.ShouldNotContain("class=\"total\"");
    }

    [Fact]
    public async Task The_menu_shows_what_the_cart_costs()
    {
        await FillAsync();

        (await _visitor.GetAsync("/")).Html.ShouldContain("<span>3 pizzas</span> <span>To the cart</span> <b>$30.00</b>");
    }

    private async Task FillAsync()
    {
        await _visitor.SendAsync("/", ("pizza", "hawaiian"), ("size", "medium"), ("quantity", "1"));
        await _visitor.SendAsync("/", ("pizza", "margherita"), ("size", "large"), ("quantity", "2"));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path != "/api/menu/quote")
        {
            await Pizzeria.JsonAsync(
                context,
                $$"""
                {"pizzas":[
                  {"id":"margherita","name":"Margherita","description":"The one.","basePrice":10.00,"toppings":[],
                   "prices":{"small":10.00,"medium":10.00,"large":10.00},"available":true,"unavailableReason":null,"version":7},
                  {"id":"hawaiian","name":"Hawaiian","description":"Sweet.","basePrice":10.00,"toppings":["pineapple"],
                   "prices":{"small":10.00,"medium":10.00,"large":10.00},"available":{{(_hawaiianIsSoldOut ? "false" : "true")}},
                   "unavailableReason":{{(_hawaiianIsSoldOut ? "\"No pineapple today\"" : "null")}},"version":3}],
                 "toppings":[{"name":"basil","price":2.50}],
                 "sizes":[{"name":"small","multiplier":1.0}],"currency":"USD"}
                """
            );
            return;
        }

        var items = (await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body))
            .GetProperty("items")
            .EnumerateArray()
            .ToList();
        if (_hawaiianIsSoldOut && items.Exists(item => item.GetProperty("pizzaId").GetString() == "hawaiian"))
        {
            await Pizzeria.JsonAsync(
                context,
                """{"type":"/problems/sold-out","title":"Sold out","status":409,"detail":"It is sold out.","traceId":"0"}""",
                StatusCodes.Status409Conflict
            );
            return;
        }

        var lines = items.ConvertAll(item => new
        {
            pizzaId = item.GetProperty("pizzaId").GetString(),
            name = item.GetProperty("pizzaId").GetString() == "hawaiian" ? "Hawaiian" : "Margherita",
            size = item.GetProperty("size").GetString(),
            toppings = Array.Empty<string>(),
            extraToppings = Array.Empty<string>(),
            quantity = item.GetProperty("quantity").GetInt32(),
            unitPrice = 10.00m,
            lineTotal = 10.00m * item.GetProperty("quantity").GetInt32(),
            breakdown = new
            {
                basePrice = 10.00m,
                multiplier = 1.0m,
                sizedPrice = 10.00m,
                toppings = 0,
                toppingPrice = 2.50m,
                toppingsPrice = 0m,
                unitPrice = 10.00m,
            },
        });
        await context.Response.WriteAsJsonAsync(
            new
            {
                lines,
                total = lines.Sum(line => line.lineTotal),
                currency = "USD",
                estimatedReadyMinutes = 12,
            }
        );
    }
}
