using System.Net;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Form input is valid, or refused with the reason at its field; it is never lost.</summary>
public sealed class FormTests : IAsyncLifetime
{
    private GatewayProcess _gateway = null!;
    private PageVisitor _visitor = null!;
    private Func<HttpContext, Task> _quote = Pizzeria.AnswerMenuAsync;

    public async Task InitializeAsync()
    {
        var menu = await Replica.StartAsync(context =>
            context.Request.Path == "/api/menu/quote" ? _quote(context) : Pizzeria.AnswerMenuAsync(context)
        );
        _gateway = GatewayProcess.Before("menu", menu).And("order", await Pizzeria.OrderAsync()).Started();
        _visitor = _gateway.Visitor();
        await _visitor.GetAsync("/");
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("1e1")]
    [InlineData("abc")]
    [InlineData("1.5")]
    [InlineData("1,5")]
    [InlineData("")]
    [InlineData("0x2")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("٣")]
    [InlineData("21")]
    [InlineData("99999999999999999999")]
    public async Task A_quantity_that_is_none_leaves_the_cart_as_it_is_and_is_told_at_the_field(string quantity)
    {
        await AddAsync();

        var refused = await _visitor.SendAndFollowAsync("/cart", ("line", "0"), ("pizza", "margherita"), ("quantity", quantity));

        refused.Html.ShouldContain("Cart, 2 pizzas");
        refused.Html.ShouldContain("id=\"wrong-quantity\">A whole number from 0 to 20.");
        refused.Html.ShouldContain($"name=\"quantity\" value=\"{quantity}\"");
        (await _visitor.GetAsync("/cart")).Html.ShouldNotContain("wrong-quantity");
    }

    [Theory]
    [InlineData("1", "margherita")]
    [InlineData("0", "pepperoni")]
    [InlineData("-1", "margherita")]
    [InlineData("abc", "margherita")]
    [InlineData("", "")]
    public async Task A_line_that_is_not_there_is_told(string line, string pizza)
    {
        await AddAsync();

        var refused = await _visitor.SendAndFollowAsync("/cart", ("line", line), ("pizza", pizza), ("quantity", "5"));

        refused.Html.ShouldContain("The cart has changed in another window.");
        refused.Html.ShouldContain("Cart, 2 pizzas");
    }

    [Theory]
    [InlineData("quantity", "0", "A whole number from 1 to 20.")]
    [InlineData("quantity", "21", "A whole number from 1 to 20.")]
    [InlineData("quantity", "1e1", "A whole number from 1 to 20.")]
    [InlineData("quantity", "0x2", "A whole number from 1 to 20.")]
    [InlineData("quantity", "", "A whole number from 1 to 20.")]
    [InlineData("size", "huge", "Choose one of these.")]
    [InlineData("size", "Large", "Choose one of these.")]
    [InlineData("size", "2", "Choose one of these.")]
    [InlineData("size", "", "Choose one of these.")]
    public async Task What_is_wrong_on_a_pizzas_card_is_told_there_and_the_rest_is_kept(string field, string value, string told)
    {
        var fields = new[] { ("pizza", "margherita"), ("size", "large"), ("extra", "ham"), ("quantity", "3") }
            .Select(given => given.Item1 == field ? (field, value) : given)
            .ToArray();

        var refused = await _visitor.SendAndFollowAsync("/", fields);

        refused.Html.ShouldContain($"{told}</p>");
        refused.Html.ShouldNotContain("ten toppings");
        refused.Html.ShouldContain("name=\"extra\" value=\"ham\" checked");
        refused.Html.ShouldContain("Cart, empty");
        if (field == "quantity")
        {
            refused.Html.ShouldContain("name=\"size\" value=\"large\" checked");
            refused.Html.ShouldContain($"name=\"quantity\" value=\"{value}\"");
        }
        else
        {
            refused.Html.ShouldContain("name=\"quantity\" value=\"3\"");
        }
    }

    [Theory]
    [InlineData("validation", 400, "\"errors\":{\"items[0].extraToppings\":[\"too many\"]},", "At most ten toppings")]
    [InlineData("unknown-topping", 422, "", "At most ten toppings")]
    [InlineData("validation", 400, "\"errors\":{\"items[0].quantity\":[\"must be from 1 to 20\"]},", "A whole number from 1 to 20.")]
    [InlineData("sold-out", 409, "", "This pizza is sold out by now.")]
    [InlineData("unknown-pizza", 422, "", "This pizza is not on the menu.")]
    public async Task What_the_menu_refuses_is_told_for_what_it_is(string slug, int status, string errors, string told)
    {
        _quote = context => CheckoutServices.RefuseAsync(context, slug, status, errors);

        var refused = await _visitor.SendAndFollowAsync("/", ("pizza", "margherita"), ("size", "small"), ("quantity", "1"));

        refused.Html.ShouldContain(told);
        refused.Html.ShouldContain("Cart, empty");
    }

    [Fact]
    public async Task More_than_a_line_may_have_is_refused_and_not_cut_off()
    {
        await _visitor.SendAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "15"));

        var refused = await _visitor.SendAndFollowAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "6"));

        refused.Html.ShouldContain("The cart has no room for these");
        refused.Html.ShouldContain("name=\"quantity\" value=\"6\"");
        refused.Html.ShouldContain("Cart, 15 pizzas");
    }

    [Fact]
    public async Task A_form_of_an_older_session_does_nothing_and_is_shown_again()
    {
        var visitor = _gateway.Visitor();
        await visitor.SignInAsync("anna");
        await visitor.GetAsync("/");
        visitor.Csrf = "of-an-older-session";

        var again = await visitor.SendAndFollowAsync("/", ("pizza", "margherita"), ("size", "large"), ("quantity", "3"));

        again.Html.ShouldContain("This form was older than your session.");
        again.Html.ShouldContain("name=\"quantity\" value=\"3\"");
        again.Html.ShouldContain("Cart, empty");
    }

    [Fact]
    public async Task A_form_without_a_session_comes_back_to_its_page_after_signing_in_with_what_was_typed()
    {
        var visitor = _gateway.Visitor();

        var asked = await visitor.SendAsync("/management/pizza", ("name", "Diavola"), ("basePrice", "14.99"), ("topping", "ham"));
        await visitor.SignInAsync("manager");
        var back = await visitor.GetAsync(Uri.UnescapeDataString(asked.Location!["/signin?return=".Length..]));

        back.Status.ShouldBe(HttpStatusCode.OK);
        back.Html.ShouldContain("You were signed out meanwhile.");
        back.Html.ShouldContain("value=\"Diavola\"");
        back.Html.ShouldContain("value=\"ham\" checked");
    }

    [Theory]
    [InlineData("/kitchen?handler=start", "/kitchen")]
    [InlineData("/delivery?handler=take", "/delivery")]
    [InlineData("/management?handler=pause", "/management")]
    [InlineData("/orders/o1?handler=cancel", "/orders/o1")]
    public async Task A_form_without_a_session_leads_to_its_page_and_not_to_its_own_address(string sent, string page)
    {
        var visitor = _gateway.Visitor();
        visitor.FormHeaders.Clear();

        var asked = await visitor.SendAsync(sent, ("id", "o1"), ("key", "k1"));

        asked.Location.ShouldBe($"/signin?return={Uri.EscapeDataString(page)}");
    }

    [Fact]
    public async Task A_refused_form_is_kept_for_its_own_session_only_and_not_for_ever()
    {
        await AddAsync();
        var drafts = new List<string>();
        foreach (var quantity in new[] { "a", "b", "c", "d" })
        {
            drafts.Add((await _visitor.SendAsync("/cart", ("line", "0"), ("pizza", "margherita"), ("quantity", quantity))).Location!);
        }

        var stranger = _gateway.Visitor();
        (await _visitor.GetAsync(drafts[3])).Html.ShouldContain("value=\"d\"");
        (await _visitor.GetAsync(drafts[0])).Html.ShouldNotContain("wrong-quantity", customMessage: "three are kept");
        (await stranger.GetAsync(drafts[3])).Html.ShouldNotContain("wrong-quantity");
    }

    [Fact]
    public async Task A_form_that_is_too_long_to_be_kept_is_answered_at_once()
    {
        await AddAsync();

        var refused = await _visitor.SendAsync("/cart", ("line", "0"), ("pizza", "margherita"), ("quantity", new string('9', 20_000)));

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Html.ShouldContain("id=\"wrong-quantity\"");
    }

    private async Task AddAsync() =>
        (await _visitor.SendAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "2"))).Location.ShouldBe("/#margherita");
}
