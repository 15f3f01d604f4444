using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Contracts;

/// <summary>The fee of a delivery, and which orders are delivered. Pickups are not affected.</summary>
public sealed record DeliveryTerms
{
    /// <summary>The terms of a shop without configuration: delivery everywhere, without a minimum and without a fee.</summary>
    public static DeliveryTerms Free { get; } = new();

    /// <summary>The fee that a delivery adds to the sum of an order's lines.</summary>
    public Money Fee { get; init; }

    /// <summary>The minimum sum of an order's lines for a delivery.</summary>
    public Money MinimumOrder { get; init; }

    /// <summary>The postcodes of the delivery area, the nearest first; an empty list means everywhere.</summary>
    public IReadOnlyList<string> Area { get; init; } = [];

    /// <summary>Returns the fee for a kind of fulfilment; zero for a pickup, and while the fulfilment is not known.</summary>
    public Money FeeOf(Fulfilment? fulfilment) => fulfilment == Fulfilment.Delivery ? Fee : Money.Zero;

    /// <summary>Whether an address contains one of the area's postcodes, as <see cref="PositionInArea"/> finds them.</summary>
    public bool Delivers(string address) => Area.Count == 0 || PositionInArea(address) is not null;

    /// <summary>
    /// Returns the position in <see cref="Area"/>, from 0, of the first postcode that an address contains; null if it contains none. Case
    /// is ignored, and so is the kind of separator between words.
    /// </summary>
    public int? PositionInArea(string address)
    {
        var words = Words(address);
        for (var position = 0; position < Area.Count; position++)
        {
            if (Contains(words, Words(Area[position])))
            {
                return position;
            }
        }

        return null;
    }

    private static bool Contains(string[] words, string[] postcode) =>
        Enumerable
            .Range(0, Math.Max(0, words.Length - postcode.Length + 1))
            .Any(start => words.AsSpan(start, postcode.Length).SequenceEqual(postcode));

    private static string[] Words(string text) =>
        new string([.. text.Select(letter => char.IsLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : ' ')]).Split(
            ' ',
            StringSplitOptions.RemoveEmptyEntries
        );
}
