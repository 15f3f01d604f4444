using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MariosPizzeria.Contracts;

/// <summary>An amount in US dollars, exact to the cent; never a binary fraction. In JSON a number with two decimals.</summary>
/// <param name="Cents">The amount in cents; negative for a refund.</param>
[JsonConverter(typeof(MoneyJsonConverter))]
public readonly record struct Money(long Cents) : IComparable<Money>
{
    /// <summary>ISO 4217 code of the only currency there is.</summary>
    public const string Currency = "USD";

    private const decimal Largest = long.MaxValue / 100m;

    /// <summary>No money at all.</summary>
    public static readonly Money Zero = new(0);

    /// <summary>The amount in dollars; its scale is always two, so that it prints as <c>12.90</c>.</summary>
    public decimal Amount => new((int)Magnitude, (int)(Magnitude >> 32), 0, Cents < 0, scale: 2);

    // Unlike Math.Abs, right for the smallest number too.
    private ulong Magnitude => unchecked(Cents < 0 ? 0UL - (ulong)Cents : (ulong)Cents);

    /// <summary>Takes an amount in dollars.</summary>
    /// <param name="amount">Dollars with at most two decimals that matter.</param>
    /// <exception cref="ArgumentOutOfRangeException">A fraction of a cent, or more than a <see cref="long"/> of cents either way.</exception>
    public static Money FromAmount(decimal amount)
    {
        // The bounds first: a hundred times the largest decimal overflows.
        if (amount is > Largest or < -Largest || decimal.Truncate(amount * 100m) != amount * 100m)
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "An amount has whole cents.");
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

    /// <inheritdoc/>
    public int CompareTo(Money other) => Cents.CompareTo(other.Cents);

    /// <summary>For example <c>12.90</c>.</summary>
    public override string ToString() => Amount.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Adds up.</summary>
public static class MoneyExtensions
{
    /// <summary>The sum of the amounts; <see cref="Money.Zero"/> of none.</summary>
    public static Money Sum(this IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero, (sum, amount) => sum + amount);
}

internal sealed class MoneyJsonConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDecimal(out var amount))
        {
            throw new JsonException("An amount of money is a number.");
        }

        try
        {
            return Money.FromAmount(amount);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new JsonException("An amount of money has at most two decimals.", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Amount);
}
