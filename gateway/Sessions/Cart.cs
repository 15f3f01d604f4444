using System.Text.Json.Serialization;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>A visitor's cart. It contains no prices: Menu quotes them each time the cart is shown.</summary>
/// <param name="Lines">The lines in the order in which they were added, all different.</param>
public sealed record Cart(IReadOnlyList<CartLine> Lines)
{
    private const int IdLength = 32;

    /// <summary>An empty cart.</summary>
    public static readonly Cart Empty = new([]);

    /// <summary>
    /// The cart's id, which stays the same when its lines change: the idempotency key of the order is derived from it, so that a cart
    /// becomes one order. Null if the cart is empty or was stored by a release without ids; see <see cref="Identified"/>.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>The number of pizzas.</summary>
    [JsonIgnore]
    public int Count => Lines.Sum(line => line.Quantity);

    /// <summary>Whether a text is a valid cart id: an id that a form sends back becomes part of an idempotency key.</summary>
    public static bool IsId(string? text) => text is { Length: IdLength } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Returns the cart with more pizzas, or unchanged if they exceed the limits of a line or a cart.</summary>
    public Cart Add(CartLine added)
    {
        var at = Lines.ToList().FindIndex(line => line.IsLike(added));
        var quantity = added.Quantity + (at >= 0 ? Lines[at].Quantity : 0);
        return quantity is < 1 or > OrderLimits.MaxQuantity ? this
            : at >= 0 ? SetQuantity(at, quantity)
            : Lines.Count < OrderLimits.MaxLines ? (this with { Lines = [.. Lines, added] }).Identified()
            : this;
    }

    /// <summary>Returns the cart with a new quantity of a line; 0 removes the line. A line number that does not exist is ignored.</summary>
    public Cart SetQuantity(int at, int quantity) =>
        at < 0 || at >= Lines.Count
            ? this
            : With([.. Lines.Select((line, number) => number == at ? line with { Quantity = quantity } : line)]);

    /// <summary>Returns the cart with an id if it had none.</summary>
    public Cart Identified() => Id is null && Lines.Count > 0 ? Renewed() : this;

    /// <summary>Returns the cart with a new id: after an order, and after a refusal that is stored under the key of the old id.</summary>
    public Cart Renewed() => this with { Id = Guid.NewGuid().ToString("N") };

    /// <summary>Returns the cart without the ordered pizzas, under a new id: another tab may have added pizzas in the meantime.</summary>
    public Cart Without(IReadOnlyList<CartLine> ordered)
    {
        var left = With([
            .. Lines.Select(line => line with { Quantity = line.Quantity - ordered.Where(line.IsLike).Sum(like => like.Quantity) }),
        ]);
        return left.Lines.Count > 0 ? left.Renewed() : Empty;
    }

    private Cart With(IReadOnlyList<CartLine> lines)
    {
        CartLine[] some = [.. lines.Where(line => line.Quantity > 0)];
        return some.Length > 0 ? this with { Lines = some } : Empty;
    }
}

/// <summary>A line of a cart: a pizza with its options and quantity.</summary>
public sealed record CartLine(string PizzaId, PizzaSize Size, IReadOnlyList<string> ExtraToppings, int Quantity)
{
    /// <summary>Returns the line as an order item.</summary>
    public ItemRequest ToRequest() => new(PizzaId, Size, ExtraToppings, Quantity);

    /// <summary>Whether two lines are equal except for the quantity.</summary>
    public bool IsLike(CartLine other) =>
        PizzaId == other.PizzaId
        && Size == other.Size
        && ExtraToppings.Order(StringComparer.Ordinal).SequenceEqual(other.ExtraToppings.Order(StringComparer.Ordinal));
}
