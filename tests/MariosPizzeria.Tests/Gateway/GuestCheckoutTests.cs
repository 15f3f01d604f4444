using System.Net;
using System.Text.Json;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Ordering without an account, and the page on which a guest follows the order.</summary>
public sealed class GuestCheckoutTests : IAsyncLifetime
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
        await _visitor.GetAsync("/");
        (await _visitor.SendAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "2"))).Location.ShouldBe("/#margherita");
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task A_guest_orders_without_an_account_and_is_led_to_the_tracker()
    {
        var form = await _visitor.GetAsync("/checkout");

        var placed = await _visitor.SendAsync(
            "/checkout",
            [
                .. Filled(form),
                ("Form.DoorNotes", "Second floor"),
                ("Form.Allergies", "milk"),
                ("Form.Allergies", "nuts"),
                ("Form.AllergyNote", "also kiwi"),
            ]
        );

        placed.Status.ShouldBe(HttpStatusCode.SeeOther);
        placed.Location.ShouldNotBeNull().ShouldStartWith("/track/");
        var ordered = JsonDocument.Parse(_services.Bodies.ShouldHaveSingleItem()).RootElement;
        ordered.GetProperty("doorNotes").GetString().ShouldBe("Second floor");
        ordered.GetProperty("allergies").EnumerateArray().Select(each => each.GetString()).ShouldBe(["milk", "nuts"]);
        ordered.GetProperty("allergyNote").GetString().ShouldBe("also kiwi");
        var tracker = await _visitor.GetAsync(placed.Location!);
        tracker.Status.ShouldBe(HttpStatusCode.OK);
        tracker.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        tracker.Html.ShouldContain($"data-stream=\"/api{placed.Location}/stream\"");
        tracker.Html.ShouldContain("Cart, empty");
    }

    [Fact]
    public async Task The_form_sent_again_makes_no_second_order()
    {
        var form = Filled(await _visitor.GetAsync("/checkout"));

        await _visitor.SendAsync("/checkout", form);
        (await _visitor.SendAsync("/checkout", form)).Status.ShouldBe(HttpStatusCode.SeeOther);

        _services.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_a_guest_typed_is_there_again_when_it_is_refused()
    {
        var form = await _visitor.GetAsync("/checkout");
        _services.Refusal = context =>
            CheckoutServices.RefuseAsync(context, "validation", 400, "\"errors\":{\"customer.phone\":[\"no\"]},");

        var again = await _visitor.SendAndFollowAsync("/checkout", [.. Filled(form), ("Form.Allergies", "milk")]);

        again.Html.ShouldContain("7 to 20 digits");
        again.Html.ShouldContain("value=\"milk\" checked");
        again.Hidden("Form.Guest").ShouldBe("true");
    }

    [Fact]
    public async Task A_form_of_another_site_orders_nothing()
    {
        var form = Filled(await _visitor.GetAsync("/checkout"));
        _visitor.FormHeaders["Origin"] = "https://elsewhere.example";
        _visitor.Csrf = "";

        (await _visitor.SendAsync("/checkout", form)).Status.ShouldBe(HttpStatusCode.Forbidden);

        _services.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("driver", HttpStatusCode.Forbidden)]
    [InlineData("anna", HttpStatusCode.OK)]
    public async Task Whoever_has_signed_in_orders_as_a_customer_if_it_is_one(string username, HttpStatusCode status)
    {
        await _visitor.SignInAsync(username);

        var checkout = await _visitor.GetAsync("/checkout");

        checkout.Status.ShouldBe(status);
        checkout.Html.ShouldNotContain("Form.Guest");
    }

    [Theory]
    [InlineData("en", "Allergies", "Note for the driver", "You order without an account.")]
    [InlineData("it", "Allergie", "Nota per il fattorino", "Ordini senza un account.")]
    public async Task The_form_speaks_the_guests_language(string language, params string[] words)
    {
        var form = await _visitor.GetAsync("/checkout", language);

        foreach (var word in words)
        {
            form.Html.ShouldContain(word);
        }
    }

    private static (string Name, string Value)[] Filled(Page checkout) =>
        [
            ("Form.Seen", checkout.Hidden("Form.Seen")),
            ("Form.Guest", checkout.Hidden("Form.Guest")),
            ("Form.Fulfilment", "delivery"),
            ("Form.Name", "Bianca"),
            ("Form.Phone", "+39 055 123456"),
            ("Form.Address", "Via Roma 1"),
            ("Form.PaymentMethod", "cash"),
        ];
}
