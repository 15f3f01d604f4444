using System.Globalization;
using MariosPizzeria.BuildingBlocks.Shop;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;

namespace MariosPizzeria.Tests.Prices;

public sealed class TaxShareTests
{
    [Theory]
    [InlineData("0", 1689, 0)]
    [InlineData("10", 1100, 100)]
    [InlineData("8.25", 1689, 129)]
    [InlineData("10", 5577, 507)]
    [InlineData("22", -3378, -609)]
    public void It_is_the_part_of_a_price_that_is_tax_to_the_cent(string percent, long cents, long tax) =>
        new TaxShare(decimal.Parse(percent, CultureInfo.InvariantCulture)).Of(new(cents)).ShouldBe(new Money(tax));

    [Theory]
    [InlineData(null, "0")]
    [InlineData("", "0")]
    [InlineData("8.25", "8.25")]
    [InlineData("50", "50")]
    public void The_rate_is_configured(string? text, string percent)
    {
        var tax = Configured(text, out var faults);

        faults.ShouldBeEmpty();
        tax.Percent.ShouldBe(decimal.Parse(percent, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("50.01")]
    [InlineData("8,25")]
    [InlineData("8.251")]
    [InlineData("much")]
    public void What_cannot_be_read_is_a_fault_of_the_configuration(string text)
    {
        Configured(text, out var faults).ShouldBe(TaxShare.None);

        faults.ShouldHaveSingleItem().ShouldStartWith("Shop__TaxPercent");
    }

    private static TaxShare Configured(string? text, out IReadOnlyList<string> faults)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration["Shop:TaxPercent"] = text;
        builder.AddTaxShare();
        faults = ConfigurationErrors.List(builder);
        return (TaxShare)builder.Services.Single(service => service.ServiceType == typeof(TaxShare)).ImplementationInstance!;
    }
}
