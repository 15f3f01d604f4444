using System.Net;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Web;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>A manager places an order for a guest who calls.</summary>
public sealed class PhoneOrderTests : IAsyncLifetime
{
    private static readonly MenuResponse Menu = new(
        [Pizza("margherita", "Margherita"), Pizza("meat-lovers", "Meat Lovers"), Pizza("bbq-chicken", "BBQ Chicken")],
        [new("basil", new Money(250)), new("bacon", new Money(250)), new("extra-cheese", new Money(250))],
        [],
        "USD"
    );

    private readonly CheckoutServices _services = new();
    private Replica _order = null!;
    private GatewayProcess _gateway = null!;
    private PageVisitor _manager = null!;

    public async Task InitializeAsync()
    {
        _order = await Pizzeria.OrderAsync(_services.OrderAsync);
        _gateway = GatewayProcess.Before("menu", await Replica.StartAsync(_services.MenuAsync)).And("order", _order).Started();
        _manager = _gateway.Visitor();
        await _manager.SignInAsync("manager");
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("margherita", "1 medium margherita")]
    [InlineData("2 large marg + basil", "2 large margherita basil")]
    [InlineData("2x l marg+bas+ bac", "2 large margherita basil bacon")]
    [InlineData("S chicken", "1 small bbq-chicken")]
    [InlineData("12 small meat lovers + cheese", "12 small meat-lovers extra-cheese")]
    [InlineData("me", "1 medium meat-lovers")]
    [InlineData("grande margherita", "1 large margherita")]
    public void A_line_is_read_by_the_beginnings_of_names(string typed, string meant)
    {
        var language = typed.StartsWith("grande", StringComparison.Ordinal) ? Language.Italian : Language.English;

        var (cart, wrong) = PhoneOrderText.Read(typed, Menu, new Texts(language, BusinessDays.Default, 90));

        wrong.ShouldBeEmpty();
        var line = cart.Lines.ShouldHaveSingleItem();
        $"{line.Quantity} {PizzeriaJson.Text(line.Size)} {string.Join(' ', line.ExtraToppings.Prepend(line.PizzaId))}".ShouldBe(meant);
    }

    [Theory]
    [InlineData("m")] // the beginning of two names
    [InlineData("calzone")]
    [InlineData("21 margherita")]
    [InlineData("0 margherita")]
    [InlineData("margherita + pineapple")]
    [InlineData("margherita + ba")] // basil or bacon
    [InlineData("2")]
    [InlineData("+ basil")]
    public void A_line_that_is_not_clear_is_named(string typed)
    {
        var (cart, wrong) = PhoneOrderText.Read($"1 margherita\n{typed}\n", Menu, new Texts(Language.English, BusinessDays.Default, 90));

        wrong.ShouldBe([typed]);
        cart.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_order_is_a_guests_and_the_answer_has_its_tracking_link_to_send()
    {
        var form = await _manager.GetAsync("/management/phone");

        var placed = await _manager.SendAsync("/management/phone", Filled(form, "2 large marg + basil"));
        var answer = await _manager.GetAsync(placed.Location!);

        placed.Status.ShouldBe(HttpStatusCode.SeeOther);
        placed.Location.ShouldStartWith("/track/");
        _order.Seen.ShouldContain("POST /api/guest/orders");
        var body = JsonDocument.Parse(_services.Bodies.ShouldHaveSingleItem()).RootElement;
        var item = body.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        (item.GetProperty("pizzaId").GetString(), item.GetProperty("size").GetString(), item.GetProperty("quantity").GetInt32()).ShouldBe(
            ("margherita", "large", 2)
        );
        body.GetProperty("paymentMethod").GetString().ShouldBe("cash");
        body.GetProperty("customer").GetProperty("name").GetString().ShouldBe("Bianca");
        answer.Html.ShouldContain("Tell the guest");
        answer.Html.ShouldContain($"value=\"{_gateway.ClientOptions.BaseAddress.GetLeftPart(UriPartial.Authority)}{placed.Location}\"");
        answer.Html.ShouldContain("href=\"sms:+39055123456?body=");
        answer.Html.ShouldNotContain("Keep this order in an account", customMessage: "it is the guest's");
    }

    [Fact]
    public async Task The_form_sent_again_makes_no_second_order_and_another_form_does()
    {
        var form = Filled(await _manager.GetAsync("/management/phone"), "margherita");

        var first = await _manager.SendAsync("/management/phone", form);
        var again = await _manager.SendAsync("/management/phone", form);
        await _manager.SendAsync("/management/phone", Filled(await _manager.GetAsync("/management/phone"), "margherita"));

        again.Location.ShouldBe(first.Location);
        _services.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_not_understood_is_named_and_nothing_typed_is_lost()
    {
        var form = await _manager.GetAsync("/management/phone");

        var answer = await _manager.SendAndFollowAsync("/management/phone", Filled(form, "calzone\n2 margherita"));

        answer.Html.ShouldContain("Not on the menu, or more than one order holds: calzone");
        answer.Html.ShouldContain("calzone\r\n2 margherita</textarea>");
        answer.Html.ShouldContain("value=\"Bianca\"");
        answer.Hidden("Key").ShouldBe(form.Hidden("Key"));
        _services.Bodies.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refusal_that_is_remembered_under_a_key_is_not_the_answer_to_the_next_try()
    {
        var form = await _manager.GetAsync("/management/phone");
        _services.Refusal = context => CheckoutServices.RefuseAsync(context, "sold-out", StatusCodes.Status409Conflict);

        var refused = await _manager.SendAndFollowAsync("/management/phone", Filled(form, "margherita"));
        _services.Refusal = null;
        var placed = await _manager.SendAsync("/management/phone", Filled(refused, "margherita"));

        refused.Hidden("Key").ShouldNotBe(form.Hidden("Key"));
        placed.Location.ShouldStartWith("/track/");
    }

    [Theory]
    [InlineData("chef", HttpStatusCode.Forbidden)]
    [InlineData("anna", HttpStatusCode.Forbidden)]
    public async Task It_is_a_managers_page(string username, HttpStatusCode status)
    {
        var other = _gateway.Visitor();
        await other.SignInAsync(username);

        (await other.GetAsync("/management/phone")).Status.ShouldBe(status);
    }

    private static (string Name, string Value)[] Filled(Page form, string pizzas) =>
        [
            ("Key", form.Hidden("Key")),
            ("Pizzas", pizzas.ReplaceLineEndings("\r\n")),
            ("Form.Phone", "+39 055 123456"),
            ("Form.Name", "Bianca"),
            ("Form.Fulfilment", "delivery"),
            ("Form.Address", "Via Roma 1"),
        ];

    private static PizzaResponse Pizza(string id, string name) =>
        new(id, name, "", new Money(1299), [], new(new Money(1299), new Money(1689), new Money(2078)), true, null, 1);
}
