using System.Net.Http.Headers;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Tests.Menu;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Ordering;

public sealed class DeliveryFeeTests : IAsyncDisposable
{
    private readonly OrderFactory _order = new();
    private readonly MenuFactory _menu = new();

    public async ValueTask DisposeAsync()
    {
        await _order.DisposeAsync();
        await _menu.DisposeAsync();
    }

    [Fact]
    public async Task A_delivery_costs_its_fee_and_a_pickup_none()
    {
        using var customer = Customer(("DeliveryFee", "2.50"));

        var delivered = await customer.PostAsync("/api/orders", OrderFactory.Request()).JsonAsync(201);
        var fetched = await customer.PostAsync("/api/orders", OrderFactory.Request(fulfilment: "pickup")).JsonAsync(201);

        (Amount(delivered, "deliveryFee"), Amount(delivered, "total")).ShouldBe(("2.50", "36.28"));
        (Amount(fetched, "deliveryFee"), Amount(fetched, "total")).ShouldBe(("0.00", "33.78"));
    }

    [Fact]
    public async Task A_quote_has_the_fee_of_a_delivery_in_its_total()
    {
        using var menu = With(_menu, ("DeliveryFee", "2.50"));
        var margherita = MenuFactory.Item("margherita");

        var delivered = await menu.PostAsync("/api/menu/quote", new { items = new[] { margherita }, fulfilment = "delivery" }).JsonAsync();
        var fetched = await menu.PostAsync("/api/menu/quote", new { items = new[] { margherita }, fulfilment = "pickup" }).JsonAsync();
        var undecided = await menu.PostAsync("/api/menu/quote", MenuFactory.Order(margherita)).JsonAsync();

        (Amount(delivered, "deliveryFee"), Amount(delivered, "total")).ShouldBe(("2.50", "19.39"));
        (Amount(fetched, "deliveryFee"), Amount(fetched, "total")).ShouldBe(("0.00", "16.89"));
        (Amount(undecided, "deliveryFee"), Amount(undecided, "total")).ShouldBe(("0.00", "16.89"));
    }

    [Fact]
    public async Task Less_than_the_minimum_is_not_delivered_but_can_be_fetched()
    {
        using var customer = Customer(("MinimumOrder", "33.79"));

        var refused = await customer.PostAsync("/api/orders", OrderFactory.Request()).ProblemAsync(400, "validation");

        refused.GetProperty("errors").GetProperty("items")[0].GetString().ShouldBe("must cost at least 33.79 for a delivery");
        await customer.PostAsync("/api/orders", OrderFactory.Request(fulfilment: "pickup")).JsonAsync(201);
        using var just = Customer(("MinimumOrder", "33.78"), ("DeliveryFee", "1"));
        await just.PostAsync("/api/orders", OrderFactory.Request()).JsonAsync(201);
    }

    [Fact]
    public async Task An_address_outside_of_the_area_is_not_delivered_to_but_its_guest_can_fetch()
    {
        using var customer = Customer(("DeliveryArea", "00184"));

        var refused = await customer.PostAsync("/api/orders", OrderFactory.Request()).ProblemAsync(400, "validation");

        refused.GetProperty("errors").GetProperty("customer.address")[0].GetString()!.ShouldContain("00184");
        await customer.PostAsync("/api/orders", OrderFactory.Request(fulfilment: "pickup")).JsonAsync(201);
        using var inArea = Customer(("DeliveryArea", "00184,1"));
        await inArea.PostAsync("/api/orders", OrderFactory.Request()).JsonAsync(201);
    }

    [Fact]
    public void Payment_figures_and_repair_go_by_the_total_with_the_fee()
    {
        var (order, events) = Order.Place(Orders.New() with { DeliveryFee = new(250) }, Orders.By(Orders.Customer));

        order.Total.ShouldBe(new Money(5827));
        events.OfType<PaymentRequested>().ShouldHaveSingleItem().Amount.ShouldBe(new Money(5827));
        OrderMeasures.Revenue.Of(order).ShouldBe(5827);
        order.Corruptions().ShouldBeEmpty();

        typeof(Order).GetProperty(nameof(Order.Total))!.SetValue(order, new Money(5577));
        order.Corruptions().ShouldHaveSingleItem().Name.ShouldBe(Corruptions.TotalDiffers);
        order.Repair("backup", Orders.By("operator")).OrThrow();
        order.Total.ShouldBe(new Money(5827));
    }

    [Fact]
    public void An_order_that_was_stored_before_there_were_fees_has_none()
    {
        var stored = JsonSerializer.SerializeToNode(Orders.Pending(), PizzeriaJson.Documents)!;
        stored.AsObject().Remove("deliveryFee").ShouldBeTrue();

        var order = stored.Deserialize<Order>(PizzeriaJson.Documents)!;

        (order.DeliveryFee, order.Total).ShouldBe((Money.Zero, new Money(5577)));
        order.Corruptions().ShouldBeEmpty();
    }

    private static string Amount(JsonElement answer, string name) => answer.GetProperty(name).GetRawText();

    private HttpClient Customer(params (string Name, string Value)[] settings)
    {
        var host = Configured(_order, settings);
        var client = host.CreateClient();
        var token = host
            .Services.GetRequiredService<AccessTokenIssuer>()
            .Issue("customer-1", "Ada", ["customer"], TimeSpan.FromMinutes(10));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static HttpClient With(MenuFactory menu, params (string Name, string Value)[] settings) =>
        Configured(menu, settings).CreateClient();

    private static WebApplicationFactory<T> Configured<T>(WebApplicationFactory<T> service, (string Name, string Value)[] settings)
        where T : class =>
        service.WithWebHostBuilder(builder =>
        {
            foreach (var (name, value) in settings)
            {
                builder.UseSetting($"Shop:{name}", value);
            }
        });
}
