using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.Tests.Prices;

public sealed class PricingTests
{
    private static readonly Arbitrary<Money> Prices = Gen.Choose(0, 1_000_000).Select(cents => new Money(cents)).ToArbitrary();
    private static readonly Arbitrary<PizzaSize> Sizes = Gen.Elements(Enum.GetValues<PizzaSize>()).ToArbitrary();
    private static readonly Arbitrary<int> Toppings = Gen.Choose(0, 10).ToArbitrary();

    [Theory]
    [InlineData(12.99, PizzaSize.Small, 0, 12.99)]
    [InlineData(12.99, PizzaSize.Medium, 0, 16.89)]
    [InlineData(12.99, PizzaSize.Large, 0, 20.78)]
    [InlineData(14.99, PizzaSize.Medium, 1, 21.99)]
    [InlineData(15.99, PizzaSize.Large, 4, 35.58)]
    public void A_pizza_costs_what_the_contract_says(double basePrice, PizzaSize size, int toppings, double price) =>
        Pricing.Of(Money.FromAmount((decimal)basePrice), size, toppings).UnitPrice.ShouldBe(Money.FromAmount((decimal)price));

    [Fact]
    public void The_price_is_that_of_decimal_arithmetic_rounded_half_up() =>
        Prop.ForAll(
                Prices,
                Sizes,
                Toppings,
                (basePrice, size, toppings) =>
                {
                    var expected = Math.Round(
                        (basePrice.Amount * Pricing.Multiplier(size)) + (2.50m * toppings),
                        2,
                        MidpointRounding.AwayFromZero
                    );
                    return Pricing.Of(basePrice, size, toppings).UnitPrice.Amount == expected;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_breakdown_adds_up_to_the_price() =>
        Prop.ForAll(
                Prices,
                Sizes,
                Toppings,
                (basePrice, size, toppings) =>
                {
                    var price = Pricing.Of(basePrice, size, toppings);
                    return price.SizedPrice + price.ToppingsPrice == price.UnitPrice
                        && price.ToppingPrice * toppings == price.ToppingsPrice;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_larger_pizza_and_another_topping_never_cost_less() =>
        Prop.ForAll(
                Prices,
                Toppings,
                (basePrice, toppings) =>
                    Pricing.Of(basePrice, PizzaSize.Small, toppings).UnitPrice
                        <= Pricing.Of(basePrice, PizzaSize.Medium, toppings).UnitPrice
                    && Pricing.Of(basePrice, PizzaSize.Medium, toppings).UnitPrice
                        <= Pricing.Of(basePrice, PizzaSize.Large, toppings).UnitPrice
                    && Pricing.Of(basePrice, PizzaSize.Large, toppings).UnitPrice
                        < Pricing.Of(basePrice, PizzaSize.Large, toppings + 1).UnitPrice
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_negative_price_or_number_of_toppings_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Pricing.Of(new Money(-1), PizzaSize.Small, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => Pricing.Of(new Money(1), PizzaSize.Small, -1));
        Should.Throw<ArgumentOutOfRangeException>(() => Pricing.Of(new Money(1), (PizzaSize)7, 0));
    }
}

public sealed class MoneyTests
{
    private static readonly Arbitrary<long> Cents = Gen.Choose(int.MinValue, int.MaxValue).Select(cents => (long)cents).ToArbitrary();

    [Fact]
    public void Money_survives_json_as_a_number_with_two_decimals() =>
        Prop.ForAll(
                Cents,
                cents =>
                {
                    var json = JsonSerializer.Serialize(new Money(cents));
                    return JsonSerializer.Deserialize<Money>(json) == new Money(cents) && json[^3] == '.';
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Sums_are_exact() =>
        Prop.ForAll(Cents, Cents, (a, b) => (new Money(a) + new Money(b)).Amount == new Money(a).Amount + new Money(b).Amount)
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1.234")]
    [InlineData("\"1.23\"")]
    [InlineData("1e400")]
    [InlineData("null")]
    public void What_is_no_amount_of_money_is_refused(string json) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Money>(json));
}
