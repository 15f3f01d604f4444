using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>What guests see while the shop is closed or the kitchen paused, and how they order for later.</summary>
public sealed class ShopPageTests : IAsyncLifetime
{
    // A Monday.
    private static readonly DateTimeOffset OpensAt = new(2026, 11, 30, 11, 0, 0, TimeSpan.Zero);

    private readonly CheckoutServices _services = new();
    private string _shop = Shop(open: true, accepting: true);
    private GatewayProcess _gateway = null!;
    private PageVisitor _visitor = null!;

    public async Task InitializeAsync()
    {
        _gateway = GatewayProcess
            .Before("menu", await Replica.StartAsync(_services.MenuAsync))
            .And("order", await Pizzeria.OrderAsync(_services.OrderAsync))
            .And("kitchen", await Replica.StartAsync(KitchenAsync))
            .Started();
        _visitor = _gateway.Visitor();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("/")]
    [InlineData("/cart")]
    [InlineData("/checkout")]
    public async Task A_closed_shop_says_when_it_opens_on_every_page_of_a_guest(string path)
    {
        _shop = Shop(open: false, accepting: false);
        await FillAsync();

        (await _visitor.GetAsync(path)).Html.ShouldContain("We are closed. We open on Monday 30, 11:00.");
        (await _visitor.GetAsync(path, "it")).Html.ShouldContain("Siamo chiusi. Apriamo lunedì 30, 11:00.");
    }

    [Fact]
    public async Task A_paused_kitchen_says_why()
    {
        _shop = Shop(open: true, accepting: false, reason: "The oven is cold.");

        (await _visitor.GetAsync("/")).Html.ShouldContain("The kitchen takes no orders right now: The oven is cold.");
    }

    [Fact]
    public async Task An_open_shop_says_nothing_of_it()
    {
        (await _visitor.GetAsync("/")).Html.ShouldNotContain("shop-notice");
    }

    [Fact]
    public async Task A_guest_of_a_closed_shop_orders_for_a_time_that_is_left()
    {
        _shop = Shop(open: false, accepting: false);
        await FillAsync();

        var form = await _visitor.GetAsync("/checkout");
        var placed = await _visitor.SendAsync("/checkout", Filled(form, "2026-11-30T11:00:00Z"));

        form.Html.ShouldContain("<optgroup label=\"Monday 30\">");
        form.Html.ShouldContain("<option value=\"2026-11-30T11:00:00Z\">11:00</option>");
        form.Html.ShouldContain("<option value=\"2026-11-30T11:15:00Z\" disabled=\"disabled\">11:15 (full)</option>");
        form.Html.ShouldNotContain("As soon as possible");
        placed.Location.ShouldStartWith("/orders/");
        JsonSerializer
            .Deserialize<JsonElement>(_services.Bodies.Single())
            .GetProperty("requestedFor")
            .GetDateTimeOffset()
            .ShouldBe(OpensAt);
    }

    [Fact]
    public async Task A_time_that_is_full_by_now_is_told_with_the_form_as_it_was()
    {
        await FillAsync();
        var form = await _visitor.GetAsync("/checkout");
        _services.Refusal = context => CheckoutServices.RefuseAsync(context, "slot-full", StatusCodes.Status409Conflict);

        var again = await _visitor.SendAndFollowAsync("/checkout", Filled(form, "2026-11-30T11:00:00Z"));

        again.Html.ShouldContain("This time is fully booked by now.");
        again.Html.ShouldContain("<option value=\"2026-11-30T11:00:00Z\" selected=\"selected\">11:00</option>");
    }

    [Fact]
    public async Task A_time_that_is_none_is_not_sent_on()
    {
        await FillAsync();
        var form = await _visitor.GetAsync("/checkout");

        var again = await _visitor.SendAndFollowAsync("/checkout", Filled(form, "tomorrow"));

        again.Html.ShouldContain("Choose a time.");
        _services.Bodies.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_are_shown_while_the_kitchen_does_not_answer()
    {
        _shop = "";
        await FillAsync();

        var page = await _visitor.GetAsync("/checkout");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldNotContain("Form.RequestedFor");
    }

    private static string Shop(bool open, bool accepting, string? reason = null) =>
        JsonSerializer.Serialize(
            new
            {
                open,
                acceptingOrders = accepting,
                reason,
                opensAt = open ? (DateTimeOffset?)null : OpensAt,
                closesAt = (DateTimeOffset?)null,
                timeZone = "UTC",
                currency = "USD",
                minutes = new { pickup = 10, delivery = 30 },
                hours = Array.Empty<object>(),
                extraMinutes = 0,
                deliveryFee = 0.00m,
                minimumOrder = 0.00m,
                deliveryArea = Array.Empty<string>(),
            }
        );

    private static (string, string)[] Filled(Page form, string requestedFor) =>
        [
            ("Form.Seen", form.Hidden("Form.Seen")),
            ("Form.Fulfilment", "delivery"),
            ("Form.RequestedFor", requestedFor),
            ("Form.Name", "Anna"),
            ("Form.Phone", "+39 055 123456"),
            ("Form.Address", "Via Roma 1"),
            ("Form.PaymentMethod", "cash"),
        ];

    private async Task FillAsync()
    {
        await _visitor.SignInAsync("anna");
        await _visitor.GetAsync("/");
        await _visitor.SendAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "1"));
    }

    private Task KitchenAsync(HttpContext context) =>
        context.Request.Path.Value switch
        {
            "/api/shop" when _shop.Length > 0 => Pizzeria.JsonAsync(context, _shop),
            "/api/shop/slots"
                when context.Request.Query["day"] == string.Create(CultureInfo.InvariantCulture, $"{OpensAt:yyyy-MM-dd}")
                    || _shop.Contains("\"open\":true", StringComparison.Ordinal) => Pizzeria.JsonAsync(
                context,
                """{"items":[{"at":"2026-11-30T11:00:00Z","left":2},{"at":"2026-11-30T11:15:00Z","left":0}]}"""
            ),
            "/api/shop/slots" => Pizzeria.JsonAsync(context, """{"items":[]}"""),
            _ => Pizzeria.NotFoundAsync(context),
        };
}
