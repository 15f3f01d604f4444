namespace MariosPizzeria.Contracts;

/// <summary>The tax that is contained in the shop's prices.</summary>
/// <param name="Percent">Percentage of the price without tax: at 10, an eleventh of a price is tax. 0 if no tax is shown.</param>
public sealed record TaxShare(decimal Percent)
{
    /// <summary>No tax: the default of a shop without configuration.</summary>
    public static TaxShare None { get; } = new(0m);

    /// <summary>Returns the tax that is contained in an amount, rounded half up to cents.</summary>
    public Money Of(Money amount) =>
        Money.FromAmount(Math.Round(amount.Amount * Percent / (100 + Percent), 2, MidpointRounding.AwayFromZero));
}
