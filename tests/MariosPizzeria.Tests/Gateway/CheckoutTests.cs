using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>A cart becomes one order with what the customer saw, whatever else is open in the browser.</summary>
public sealed class CheckoutTests : IAsyncLifetime
{
    private readonly CheckoutServices _services = new();
    private GatewayProcess _gateway = null!;
    private PageVisitor _visitor = null!;

    public async Task InitializeAsync()
    {
        _gateway = GatewayProcess
            .Before("menu", await Replica.StartAsync(_services.MenuAsync))
            .And("order", await Pizzeria.OrderAsync(_services.OrderAsync))
            .Started();
        _visitor = _gateway.Visitor();
        await _visitor.SignInAsync("anna");
        await AddAsync("margherita", 2);
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("Anna", "Anna")]
    [InlineData("Anna", "Bianca")]
    public async Task Two_windows_that_order_one_cart_at_once_show_one_order(string one, string other)
    {
        var (first, second) = (await _visitor.GetAsync("/checkout"), await _visitor.GetAsync("/checkout"));
        var placing = new TaskCompletionSource();
        _services.BeforeOrder = placing.Task;

        var sent = _visitor.SendAsync("/checkout", Filled(first, name: one));
        await Expectations.EventuallyAsync(() => Task.FromResult(_services.Bodies.Count == 1), "the first order is being placed");
        var sentToo = _visitor.SendAsync("/checkout", Filled(second, name: other));
        await Expectations.EventuallyAsync(() => Task.FromResult(_services.Bodies.Count > 1), "the second form asks, too");
        placing.SetResult();

        var (placed, placedToo) = (await sent, await sentToo);
        placed.Location.ShouldStartWith("/orders/");
        placedToo.Location.ShouldBe(placed.Location);
        _services.Count.ShouldBe(1);
        (await _visitor.GetAsync("/cart")).Html.ShouldContain("Cart, empty");
    }

    [Theory]
    [InlineData("Anna")]
    [InlineData("Bianca")]
    public async Task A_form_that_is_sent_again_shows_the_order_that_its_cart_became(string name)
    {
        var form = await _visitor.GetAsync("/checkout");
        var placed = await _visitor.SendAsync("/checkout", Filled(form));

        var again = await _visitor.SendAsync("/checkout", Filled(form, name: name));

        again.Location.ShouldBe(placed.Location);
        _services.Count.ShouldBe(1);
        (await _visitor.GetAsync(again.Location!)).Html.ShouldContain("ordered already");
    }

    [Fact]
    public async Task An_old_form_after_a_newer_order_shows_its_own_order_and_leaves_the_new_cart_alone()
    {
        var old = await _visitor.GetAsync("/checkout");
        var first = await _visitor.SendAsync("/checkout", Filled(old));
        await AddAsync("margherita", 1);
        var second = await _visitor.SendAsync("/checkout", Filled(await _visitor.GetAsync("/checkout")));
        await AddAsync("margherita", 3);

        var again = await _visitor.SendAsync("/checkout", Filled(old));

        second.Location.ShouldNotBe(first.Location);
        again.Location.ShouldBe(first.Location);
        _services.Count.ShouldBe(2);
        (await _visitor.GetAsync("/cart")).Html.ShouldContain("Cart, 3 pizzas");
    }

    [Fact]
    public async Task A_pizza_that_is_put_in_while_the_order_is_placed_stays_in_a_cart_of_its_own()
    {
        var form = await _visitor.GetAsync("/checkout");
        var placing = new TaskCompletionSource();
        _services.BeforeOrder = placing.Task;

        var sent = _visitor.SendAsync("/checkout", Filled(form));
        await Expectations.EventuallyAsync(() => Task.FromResult(_services.Bodies.Count == 1), "the order is being placed");
        await AddAsync("pepperoni", 1);
        placing.SetResult();
        await sent;
        var next = await _visitor.SendAsync("/checkout", Filled(await _visitor.GetAsync("/checkout")));

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
        var form = await _visitor.GetAsync("/checkout");
        switch (change)
        {
            case "another pizza of the same price":
                await _visitor.SendAsync("/cart", ("line", "0"), ("pizza", "margherita"), ("quantity", "0"));
                await AddAsync("pepperoni", 2);
                break;
            case "more of them":
                await AddAsync("margherita", 1);
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

        var answer = await _visitor.SendAndFollowAsync("/checkout", Filled(form, name: "Bianca"));
        var again = await _visitor.SendAsync("/checkout", Filled(answer, name: "Bianca"));

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
        await _visitor.GetAsync("/checkout");

        var answer = await _visitor.SendAndFollowAsync(
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
        var form = await _visitor.GetAsync("/checkout");
        await _visitor.SendAsync("/cart", ("line", "0"), ("pizza", "margherita"), ("quantity", "0"));

        var answer = await _visitor.SendAsync("/checkout", Filled(form));

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
        var form = await _visitor.GetAsync("/checkout");

        var answer = await _visitor.SendAndFollowAsync(
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
            CheckoutServices.RefuseAsync(
                context,
                "validation",
                StatusCodes.Status400BadRequest,
                "\"errors\":{\"notes\":[\"has at most 500\"]},"
            );
        var form = await _visitor.GetAsync("/checkout");

        var answer = await _visitor.SendAndFollowAsync("/checkout", [.. Filled(form), ("Form.Notes", "No olives,\r\nplease")]);

        answer.Html.ShouldContain("id=\"wrong-Form.Notes\"");
        answer.Html.ShouldContain("No olives,\r\nplease");
    }

    [Fact]
    public async Task An_address_of_two_lines_stays_one()
    {
        var form = await _visitor.GetAsync("/checkout");

        var placed = await _visitor.SendAsync(
            "/checkout",
            [.. Filled(form).Select(filled => filled.Name == "Form.Address" ? ("Form.Address", "1 Main St\r\nApt 2") : filled)]
        );

        placed.Location.ShouldStartWith("/orders/");
        Ordered("customer").GetProperty("address").GetString().ShouldBe("1 Main St\nApt 2");
    }

    [Fact]
    public async Task A_session_that_is_over_at_checkout_costs_neither_the_cart_nor_what_was_typed()
    {
        var form = await _visitor.GetAsync("/checkout");
        _visitor.ForgetSession();

        var asked = await _visitor.SendAsync("/checkout", Filled(form, name: "Bianca"));
        asked.Status.ShouldBe(HttpStatusCode.SeeOther);
        asked.Location.ShouldStartWith("/signin?return=");
        await _visitor.GetAsync(asked.Location!);
        var back = await _visitor.SendAsync(
            "/signin",
            ("username", "anna"),
            ("password", "right"),
            ("return", Uri.UnescapeDataString(asked.Location!["/signin?return=".Length..]))
        );
        var again = await _visitor.GetAsync(back.Location!);
        var placed = await _visitor.SendAsync("/checkout", Filled(again, name: "Bianca"));

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
        var form = await _visitor.GetAsync("/checkout");
        var placed = await _visitor.SendAsync("/checkout", Filled(form));
        _visitor.ForgetSession();

        var asked = await _visitor.SendAsync("/checkout", Filled(form));
        await _visitor.SignInAsync("anna");
        var back = await _visitor.GetAsync(Uri.UnescapeDataString(asked.Location!["/signin?return=".Length..]));

        back.Location.ShouldBe(placed.Location);
        _services.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_customer_who_comes_back_finds_the_form_filled_in_from_the_last_order()
    {
        await _visitor.SendAsync("/checkout", [.. Filled(await _visitor.GetAsync("/checkout")), ("Form.DoorNotes", "Ring twice")]);
        await AddAsync("margherita", 1);
        var pickup = Filled(await _visitor.GetAsync("/checkout"), name: "Bianca")
            .Select(filled => filled.Name == "Form.Fulfilment" ? (filled.Name, "pickup") : filled);
        await _visitor.SendAsync("/checkout", [.. pickup]);
        await AddAsync("margherita", 1);

        var form = await _visitor.GetAsync("/checkout");

        form.Html.ShouldContain("name=\"Form.Name\" type=\"text\" value=\"Bianca\"");
        form.Html.ShouldContain("value=\"+39 055 123456\"");
        form.Html.ShouldContain(">Via Roma 1</textarea>", customMessage: "a pickup has no address: it is the last delivery's");
        form.Html.ShouldContain(">Ring twice</textarea>");
    }

    [Fact]
    public async Task Staff_who_order_for_themselves_are_not_shown_where_others_live()
    {
        await _visitor.SendAsync("/checkout", Filled(await _visitor.GetAsync("/checkout")));
        var manager = _gateway.Visitor();
        await manager.SignInAsync("manager");
        await manager.GetAsync("/");
        await manager.SendAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "1"));

        var form = await manager.GetAsync("/checkout");

        form.Status.ShouldBe(HttpStatusCode.OK);
        form.Html.ShouldNotContain("Via Roma 1");
        form.Html.ShouldNotContain("+39 055 123456");
    }

    private async Task AddAsync(string pizza, int quantity)
    {
        await _visitor.GetAsync("/");
        (await _visitor.SendAsync("/", ("pizza", pizza), ("size", "medium"), ("quantity", $"{quantity}"))).Location.ShouldBe($"/#{pizza}");
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
