using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MariosPizzeria.Contracts;

/// <summary>
/// An amount in US dollars, exact to the cent; not a binary floating-point number. In JSON it is a number with two decimals.
/// </summary>
/// <param name="Cents">The amount in cents; negative for a refund.</param>
[JsonConverter(typeof(MoneyJsonConverter))]
public readonly record struct Money(long Cents) : IComparable<Money>
{
    /// <summary>ISO 4217 code of the only currency.</summary>
    public const string Currency = "USD";

    private const decimal Max = long.MaxValue / 100m;

    /// <summary>The amount 0.</summary>
    public static readonly Money Zero = new(0);

    /// <summary>The amount in dollars; its scale is always two, so that it prints as <c>12.90</c>.</summary>
    public decimal Amount => new((int)Magnitude, (int)(Magnitude >> 32), 0, Cents < 0, scale: 2);

    // Unlike Math.Abs, this is correct for long.MinValue too.
    private ulong Magnitude => unchecked(Cents < 0 ? 0UL - (ulong)Cents : (ulong)Cents);

    /// <summary>Converts an amount in dollars.</summary>
    /// <param name="amount">Dollars with at most two significant decimals.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The amount has a fraction of a cent, or does not fit into a <see cref="long"/> of cents.
    /// </exception>
    public static Money FromAmount(decimal amount)
    {
        // Checks the bounds first, because a hundred times the largest decimal overflows.
        if (amount is > Max or < -Max || decimal.Truncate(amount * 100m) != amount * 100m)
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "The amount must be whole cents.");
        }

        return new((long)(amount * 100m));
    }

    public static Money operator +(Money left, Money right) => new(checked(left.Cents + right.Cents));

    public static Money operator -(Money left, Money right) => new(checked(left.Cents - right.Cents));

    public static Money operator *(Money unit, int quantity) => new(checked(unit.Cents * quantity));

    public static bool operator <(Money left, Money right) => left.Cents < right.Cents;

    public static bool operator >(Money left, Money right) => left.Cents > right.Cents;

    public static bool operator <=(Money left, Money right) => left.Cents <= right.Cents;

    public static bool operator >=(Money left, Money right) => left.Cents >= right.Cents;

    public int CompareTo(Money other) => Cents.CompareTo(other.Cents);

    /// <summary>The amount with two decimals, for example <c>12.90</c>.</summary>
    public override string ToString() => Amount.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Extension methods for <see cref="Money"/>.</summary>
public static class MoneyExtensions
{
    /// <summary>Returns the sum of the amounts; <see cref="Money.Zero"/> if there are none.</summary>
    public static Money Sum(this IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero, (sum, amount) => sum + amount);
}

internal sealed class MoneyJsonConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDecimal(out var amount))
        {
            throw new JsonException("The amount of money must be a number.");
        }

        try
        {
            return Money.FromAmount(amount);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new JsonException("The amount of money must have at most two decimals.", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Amount);
}
