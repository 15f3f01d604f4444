using MariosPizzeria.BuildingBlocks.Shop;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;

namespace MariosPizzeria.Tests.Prices;

public sealed class DeliveryTermsTests
{
    [Fact]
    public void Without_configuration_every_order_is_delivered_for_nothing()
    {
        var terms = Configured(null, null, null, out var faults);

        faults.ShouldBeEmpty();
        (terms.Fee, terms.MinimumOrder).ShouldBe((Money.Zero, Money.Zero));
        terms.Delivers("anywhere").ShouldBeTrue();
    }

    [Fact]
    public void Fee_minimum_and_area_are_read_and_a_pickup_costs_no_fee()
    {
        var terms = Configured("2.50", "15", "00184, SW1A 1AA ,", out var faults);

        faults.ShouldBeEmpty();
        terms.FeeOf(Fulfilment.Delivery).ShouldBe(new Money(250));
        terms.FeeOf(Fulfilment.Pickup).ShouldBe(Money.Zero);
        terms.FeeOf(fulfilment: null).ShouldBe(Money.Zero);
        terms.MinimumOrder.ShouldBe(new Money(1500));
        terms.Area.ShouldBe(["00184", "SW1A 1AA"]);
    }

    [Theory]
    [InlineData("Via Verdi 3, 00184 Roma", true)]
    [InlineData("10 Downing St\nsw1a 1aa", true)]
    [InlineData("10 Downing St, SW1A-1AA", true)]
    [InlineData("Via Verdi 3, 00185 Roma", false)]
    [InlineData("Via Verdi 3, 100184 Roma", false)]
    [InlineData("SW1A", false)]
    public void An_address_is_delivered_to_if_it_has_a_postcode_of_the_area(string address, bool isDelivered) =>
        new DeliveryTerms { Area = ["00184", "SW1A 1AA"] }
            .Delivers(address)
            .ShouldBe(isDelivered);

    [Theory]
    [InlineData("Via Verdi 3, 00184 Roma", 0)]
    [InlineData("10 Downing St, SW1A-1AA", 1)]
    [InlineData("SW1A 1AA, c/o 00184", 0)]
    [InlineData("Via Verdi 3, 00185 Roma", null)]
    [InlineData("", null)]
    public void The_position_of_an_address_is_that_of_the_first_listed_postcode_in_it(string address, int? position)
    {
        new DeliveryTerms { Area = ["00184", "SW1A 1AA"] }
            .PositionInArea(address)
            .ShouldBe(position);
        DeliveryTerms.Free.PositionInArea(address).ShouldBeNull();
    }

    [Theory]
    [InlineData("-1", null, null, "Shop__DeliveryFee")]
    [InlineData("2,50", null, null, "Shop__DeliveryFee")]
    [InlineData("0.001", null, null, "Shop__DeliveryFee")]
    [InlineData(null, "1000", null, "Shop__MinimumOrder")]
    [InlineData(null, null, "00184,--", "Shop__DeliveryArea")]
    public void What_cannot_be_read_is_a_fault_of_the_configuration(string? fee, string? minimum, string? area, string setting)
    {
        Configured(fee, minimum, area, out var faults);

        faults.ShouldHaveSingleItem().ShouldStartWith(setting);
    }

    private static DeliveryTerms Configured(string? fee, string? minimum, string? area, out IReadOnlyList<string> faults)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        (builder.Configuration["Shop:DeliveryFee"], builder.Configuration["Shop:MinimumOrder"]) = (fee, minimum);
        builder.Configuration["Shop:DeliveryArea"] = area;
        var terms = builder.AddDeliveryTerms();
        faults = ConfigurationErrors.List(builder);
        return terms;
    }
}
