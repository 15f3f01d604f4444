using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>A cart becomes one order, of what was seen; whatever else is open in the browser.</summary>
public sealed class CheckoutTests : IAsyncLifetime, IDisposable
{
    private readonly CheckoutServices _services = new();
    private Replica _menu = null!;
    private Replica _order = null!;
    private GatewayProcess _gateway = null!;
    private PageVisitor _visitor = null!;

    public async Task InitializeAsync()
    {
        _menu = await Replica.Start(_services.Menu);
        _order = await Pizzeria.Order(_services.Order);
        _gateway = GatewayProcess.Before("menu", _menu.Address).And("order", _order.Address).Started();
        _visitor = new(_gateway);
        await _visitor.SignIn("anna");
        await Add("margherita", 2);
    }

    public async Task DisposeAsync()
    {
        await _order.DisposeAsync();
        await _menu.DisposeAsync();
    }

    public void Dispose()
    {
        _visitor.Dispose();
        _gateway.Dispose();
    }

    [Theory]
    [InlineData("Anna", "Anna")]
    [InlineData("Anna", "Bianca")]
    public async Task Two_windows_that_order_one_cart_at_once_show_one_order(string one, string other)
    {
        var (first, second) = (await _visitor.Get("/checkout"), await _visitor.Get("/checkout"));
        var placing = new TaskCompletionSource();
        _services.BeforeOrder = placing.Task;

        var sent = _visitor.Send("/checkout", Filled(first, name: one));
        await Expectations.Eventually(() => Task.FromResult(_services.Bodies.Count == 1), "the first order is being placed");
        var sentToo = _visitor.Send("/checkout", Filled(second, name: other));
        await Expectations.Eventually(() => Task.FromResult(_services.Bodies.Count > 1), "the second form asks, too");
        placing.SetResult();

        var (placed, placedToo) = (await sent, await sentToo);
        placed.Location.ShouldStartWith("/orders/");
        placedToo.Location.ShouldBe(placed.Location);
        _services.Count.ShouldBe(1);
        (await _visitor.Get("/cart")).Html.ShouldContain("Cart, empty");
    }

    [Theory]
    [InlineData("Anna")]
    [InlineData("Bianca")]
    public async Task A_form_that_is_sent_again_shows_the_order_that_its_cart_became(string name)
    {
        var form = await _visitor.Get("/checkout");
        var placed = await _visitor.Send("/checkout", Filled(form));

        var again = await _visitor.Send("/checkout", Filled(form, name: name));

        again.Location.ShouldBe(placed.Location);
        _services.Count.ShouldBe(1);
        (await _visitor.Get(again.Location!)).Html.ShouldContain("ordered already");
    }

    [Fact]
    public async Task An_old_form_after_a_newer_order_shows_its_own_order_and_leaves_the_new_cart_alone()
    {
        var old = await _visitor.Get("/checkout");
        var first = await _visitor.Send("/checkout", Filled(old));
        await Add("margherita", 1);
        var second = await _visitor.Send("/checkout", Filled(await _visitor.Get("/checkout")));
        await Add("margherita", 3);

        var again = await _visitor.Send("/checkout", Filled(old));

        second.Location.ShouldNotBe(first.Location);
        again.Location.ShouldBe(first.Location);
        _services.Count.ShouldBe(2);
        (await _visitor.Get("/cart")).Html.ShouldContain("Cart, 3 pizzas");
    }

    [Fact]
    public async Task A_pizza_that_is_put_in_while_the_order_is_placed_stays_in_a_cart_of_its_own()
    {
        var form = await _visitor.Get("/checkout");
        var placing = new TaskCompletionSource();
        _services.BeforeOrder = placing.Task;

        var sent = _visitor.Send("/checkout", Filled(form));
        await Expectations.Eventually(() => Task.FromResult(_services.Bodies.Count == 1), "the order is being placed");
        await Add("pepperoni", 1);
        placing.SetResult();
        await sent;
        var next = await _visitor.Send("/checkout", Filled(await _visitor.Get("/checkout")));

        _services.Count.ShouldBe(2);
        next.Location.ShouldNotBe((await sent).Location);
        _services.Bodies.Last().ShouldContain("\"pepperoni\"");
        _services.Bodies.Last().ShouldNotContain("\"margherita\"");
    }

    [Theory]
    [InlineData("another pizza of the same price")]
    [InlineData("more of them")]
    [InlineData("name")]
    [InlineData("price")]
    [InlineData("toppings")]
    [InlineData("fee")]
    public async Task What_was_not_seen_is_not_ordered_but_shown_beside_what_was(string change)
    {
        var form = await _visitor.Get("/checkout");
        switch (change)
        {
            case "another pizza of the same price":
                await _visitor.Send("/cart", ("line", "0"), ("pizza", "margherita"), ("quantity", "0"));
                await Add("pepperoni", 2);
                break;
            case "more of them":
                await Add("margherita", 1);
                break;
            case "name":
                _services.Name = "Diavola";
                break;
            case "price":
                _services.Price = 12.00m;
                break;
            case "toppings":
                _services.Toppings = ["ham"];
                break;
            default:
                _services.Fee = 3.00m;
                break;
        }

        var answer = await _visitor.SendAndFollow("/checkout", Filled(form, name: "Bianca"));
        var again = await _visitor.Send("/checkout", Filled(answer, name: "Bianca"));

        answer.Html.ShouldContain("has changed since you saw it");
        answer.Html.ShouldContain("You saw:");
        answer.Html.ShouldContain("Now it is:");
        answer.Html.ShouldContain("value=\"Bianca\"");
        again.Location.ShouldStartWith("/orders/", customMessage: "what is shown now has been seen");
        _services.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"cart\":\"x\",\"lines\":[null],\"total\":1}")]
    [InlineData("not JSON")]
    public async Task A_form_that_does_not_say_what_was_seen_orders_nothing(string seen)
    {
        await _visitor.Get("/checkout");

        var answer = await _visitor.SendAndFollow(
            "/checkout",
            ("Form.Seen", seen),
            ("Form.Fulfilment", "pickup"),
            ("Form.PaymentMethod", "cash")
        );

        answer.Html.ShouldContain("has changed since you saw it");
        _services.Bodies.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_form_of_a_cart_that_was_emptied_orders_nothing()
    {
        var form = await _visitor.Get("/checkout");
        await _visitor.Send("/cart", ("line", "0"), ("pizza", "margherita"), ("quantity", "0"));

        var answer = await _visitor.Send("/checkout", Filled(form));

        answer.Location.ShouldBe("/cart");
        _services.Bodies.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Form.Fulfilment", "drone", "wrong-Form.Fulfilment")]
    [InlineData("Form.Fulfilment", "", "wrong-Form.Fulfilment")]
    [InlineData("Form.Fulfilment", "Delivery", "wrong-Form.Fulfilment")]
    [InlineData("Form.Fulfilment", "0", "wrong-Form.Fulfilment")]
    [InlineData("Form.PaymentMethod", "bitcoin", "wrong-Form.PaymentMethod")]
    [InlineData("Form.PaymentMethod", "", "wrong-Form.PaymentMethod")]
    [InlineData("Form.PaymentMethod", "1", "wrong-Form.PaymentMethod")]
    [InlineData("Form.PaymentMethod", "cash,credit_card", "wrong-Form.PaymentMethod")]
    public async Task A_choice_that_is_none_is_told_at_its_field_and_nothing_is_ordered(string field, string value, string wrong)
    {
        var form = await _visitor.Get("/checkout");

        var answer = await _visitor.SendAndFollow(
            "/checkout",
            [.. Filled(form).Select(filled => filled.Name == field ? (field, value) : filled)]
        );

        answer.Html.ShouldContain($"id=\"{wrong}\"");
        answer.Html.ShouldContain(">Via Roma 1</textarea>");
        _services.Bodies.ShouldBeEmpty();
    }

    [Fact]
    public async Task Notes_that_the_service_refuses_are_told_at_the_field_and_kept()
    {
        _services.Refusal = context =>
            CheckoutServices.Refuse(
                context,
                "validation",
                StatusCodes.Status400BadRequest,
                "\"errors\":{\"notes\":[\"has at most 500\"]},"
            );
        var form = await _visitor.Get("/checkout");

        var answer = await _visitor.SendAndFollow("/checkout", [.. Filled(form), ("Form.Notes", "No olives,\r\nplease")]);

        answer.Html.ShouldContain("id=\"wrong-Form.Notes\"");
        answer.Html.ShouldContain("No olives,\r\nplease");
    }

    [Fact]
    public async Task An_address_of_two_lines_stays_one()
    {
        var form = await _visitor.Get("/checkout");

        var placed = await _visitor.Send(
            "/checkout",
            [.. Filled(form).Select(filled => filled.Name == "Form.Address" ? ("Form.Address", "1 Main St\r\nApt 2") : filled)]
        );

        placed.Location.ShouldStartWith("/orders/");
        Ordered("customer").GetProperty("address").GetString().ShouldBe("1 Main St\nApt 2");
    }

    [Fact]
    public async Task A_session_that_is_over_at_checkout_costs_neither_the_cart_nor_what_was_typed()
    {
        var form = await _visitor.Get("/checkout");
        _visitor.ForgetSession();

        var asked = await _visitor.Send("/checkout", Filled(form, name: "Bianca"));
        asked.Status.ShouldBe(HttpStatusCode.SeeOther);
        asked.Location.ShouldStartWith("/signin?return=");
        await _visitor.Get(asked.Location!);
        var back = await _visitor.Send(
            "/signin",
            ("username", "anna"),
            ("password", "right"),
            ("return", Uri.UnescapeDataString(asked.Location!["/signin?return=".Length..]))
        );
        var again = await _visitor.Get(back.Location!);
        var placed = await _visitor.Send("/checkout", Filled(again, name: "Bianca"));

        again.Html.ShouldContain("You were signed out meanwhile.");
        again.Html.ShouldContain("value=\"Bianca\"");
        again.Html.ShouldContain("Cart, 2 pizzas");
        again.Html.ShouldNotContain("You saw:");
        placed.Location.ShouldStartWith("/orders/");
        _services.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_session_that_is_over_after_the_order_was_placed_leads_to_the_order()
    {
        var form = await _visitor.Get("/checkout");
        var placed = await _visitor.Send("/checkout", Filled(form));
        _visitor.ForgetSession();

        var asked = await _visitor.Send("/checkout", Filled(form));
        await _visitor.SignIn("anna");
        var back = await _visitor.Get(Uri.UnescapeDataString(asked.Location!["/signin?return=".Length..]));

        back.Location.ShouldBe(placed.Location);
        _services.Count.ShouldBe(1);
    }

    private async Task Add(string pizza, int quantity)
    {
        await _visitor.Get("/");
        (await _visitor.Send("/", ("pizza", pizza), ("size", "medium"), ("quantity", $"{quantity}"))).Location.ShouldBe($"/#{pizza}");
    }

    private JsonElement Ordered(string property) => JsonDocument.Parse(_services.Bodies.Last()).RootElement.GetProperty(property);

    private static (string Name, string Value)[] Filled(Page checkout, string name = "Anna") =>
        [
            ("Form.Seen", checkout.Hidden("Form.Seen")),
            ("Form.Fulfilment", "delivery"),
            ("Form.Name", name),
            ("Form.Phone", "+39 055 123456"),
            ("Form.Address", "Via Roma 1"),
            ("Form.PaymentMethod", "cash"),
        ];
}
