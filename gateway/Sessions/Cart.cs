using System.Text.Json.Serialization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>What a visitor means to order. It has no prices: those are Menu's to say, at every look.</summary>
/// <param name="Lines">In the order in which they were put in, no two of them alike.</param>
public sealed record Cart(IReadOnlyList<CartLine> Lines)
{
    private const int IdLength = 32;

    /// <summary>Nothing yet.</summary>
    public static readonly Cart Empty = new([]);

    /// <summary>
    /// Names the cart, whatever is put in or taken out: the idempotency key of its order is derived from it, so that a cart becomes
    /// one order. Null where nothing was put in, or by a release that knew no ids; see <see cref="Identified"/>.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>How many pizzas.</summary>
    [JsonIgnore]
    public int Count => Lines.Sum(line => line.Quantity);

    /// <summary>Whether a text may be the id of a cart: one that a form brings back becomes part of an idempotency key.</summary>
    public static bool IsId(string? text) => text is { Length: IdLength } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>With some more pizzas, or unchanged where they don't fit: more than a line or a cart may have.</summary>
    public Cart Add(CartLine added)
    {
        var at = Lines.ToList().FindIndex(line => line.IsLike(added));
        var quantity = added.Quantity + (at >= 0 ? Lines[at].Quantity : 0);
        return quantity is < 1 or > OrderLimits.MaxQuantity ? this
            : at >= 0 ? SetQuantity(at, quantity)
            : Lines.Count < OrderLimits.MaxLines ? (this with { Lines = [.. Lines, added] }).Identified()
            : this;
    }

    /// <summary>With another number of a line's pizzas; without the line where that is none. A line that is not there is passed over.</summary>
    public Cart SetQuantity(int at, int quantity) =>
        at < 0 || at >= Lines.Count
            ? this
            : With([.. Lines.Select((line, number) => number == at ? line with { Quantity = quantity } : line)]);

    /// <summary>Under an id, where it had none.</summary>
    public Cart Identified() => Id is null && Lines.Count > 0 ? Renewed() : this;

    /// <summary>Under another id: for what is left after an order, and after a refusal that is remembered under the key of the old id.</summary>
    public Cart Renewed() => this with { Id = Guid.NewGuid().ToString("N") };

    /// <summary>What is left once some pizzas were ordered: what another tab put in meanwhile, under an id of its own.</summary>
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

/// <summary>Some pizzas of one kind.</summary>
public sealed record CartLine(string PizzaId, PizzaSize Size, IReadOnlyList<string> ExtraToppings, int Quantity)
{
    /// <summary>The line as it is ordered.</summary>
    public ItemRequest ToRequest() => new(PizzaId, Size, ExtraToppings, Quantity);

    /// <summary>Whether these are the same pizzas, however many.</summary>
    public bool IsLike(CartLine other) =>
        PizzaId == other.PizzaId
        && Size == other.Size
        && ExtraToppings.Order(StringComparer.Ordinal).SequenceEqual(other.ExtraToppings.Order(StringComparer.Ordinal));
}
