using System.Text.Json.Serialization;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.Gateways.Sessions;

/// <summary>What a visitor means to order. It has no prices: those are Menu's to say, at every look.</summary>
/// <param name="Lines">In the order in which they were put in, no two of them alike.</param>
public sealed record Cart(IReadOnlyList<CartLine> Lines)
{
    /// <summary>The contract's bounds of an order.</summary>
    public const int MostLines = 50;

    /// <summary>The contract's bounds of a line.</summary>
    public const int MostOfOneLine = 20;

    /// <summary>Nothing yet.</summary>
    public static readonly Cart Empty = new([]);

    /// <summary>How many pizzas.</summary>
    [JsonIgnore]
    public int Count => Lines.Sum(line => line.Quantity);

    /// <summary>With some more pizzas; of those that are in it already there are more then, up to the most that one line may have.</summary>
    public Cart Add(CartLine added)
    {
        var at = Lines.ToList().FindIndex(line => line.IsLike(added));
        return at >= 0 ? SetQuantity(at, Lines[at].Quantity + added.Quantity)
            : Lines.Count < MostLines ? new([.. Lines, added with { Quantity = Math.Clamp(added.Quantity, 1, MostOfOneLine) }])
            : this;
    }

    /// <summary>With another number of a line's pizzas; without the line where that is none. A line that is not there is passed over.</summary>
    public Cart SetQuantity(int at, int quantity) =>
        at < 0 || at >= Lines.Count
            ? this
            : new([
                .. Lines
                    .Select((line, number) => number == at ? line with { Quantity = Math.Min(quantity, MostOfOneLine) } : line)
                    .Where(line => line.Quantity > 0),
            ]);
}

/// <summary>Some pizzas of one kind.</summary>
public sealed record CartLine(string PizzaId, PizzaSize Size, IReadOnlyList<string> ExtraToppings, int Quantity)
{
    /// <summary>Whether these are the same pizzas, however many.</summary>
    public bool IsLike(CartLine other) =>
        PizzaId == other.PizzaId
        && Size == other.Size
        && ExtraToppings.Order(StringComparer.Ordinal).SequenceEqual(other.ExtraToppings.Order(StringComparer.Ordinal));
}
