using System.Text.Json;
using System.Text.Json.Serialization;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// What a checkout form showed: the cart with its prices. The form sends it back, so that only reviewed content is ordered, changes can be
/// shown, and the cart can be restored after its session has ended.
/// </summary>
/// <param name="Cart">The cart's id.</param>
/// <param name="Lines">The lines that were shown.</param>
/// <param name="Total">The total of the lines, without a delivery fee.</param>
internal sealed record ReviewedCart(string? Cart, IReadOnlyList<ReviewedCartLine> Lines, Money Total)
{
    // More than fifty lines with ten toppings each can have.
    private const int LongestText = 64 * 1024;
    private const int LongestName = 100;
    private const int MaxToppings = 10;

    /// <summary>Creates it from the current cart and quote.</summary>
    public static ReviewedCart Of(Cart cart, QuoteResponse quote) =>
        new(
            cart.Id,
            [
                .. quote.Lines.Select(line => new ReviewedCartLine(
                    line.PizzaId,
                    line.Name,
                    line.Size,
                    line.Toppings,
                    line.ExtraToppings,
                    line.Quantity,
                    line.UnitPrice,
                    line.LineTotal
                )),
            ],
            quote.Total
        );

    /// <summary>Parses the value of the form; null if it is invalid.</summary>
    public static ReviewedCart? Parse(string? text)
    {
        if (text is not { Length: > 0 and <= LongestText })
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<ReviewedCart>(text, PizzeriaJson.Options) is { } seen && seen.IsWhole() ? seen : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The value of the hidden form field; equal content has equal text.</summary>
    [JsonIgnore]
    public string Text => JsonSerializer.Serialize(this, PizzeriaJson.Options);

    /// <summary>Returns the lines that the other one does not contain, or contains with different values.</summary>
    public IEnumerable<ReviewedCartLine> Except(ReviewedCart other)
    {
        var texts = other.Lines.Select(line => line.Text).ToHashSet(StringComparer.Ordinal);
        return Lines.Where(line => !texts.Contains(line.Text));
    }

    /// <summary>Returns the cart that was shown, for a visitor whose session has ended.</summary>
    public Cart ToCart() =>
        new([.. Lines.Select(line => new CartLine(line.PizzaId, line.Size, line.ExtraToppings, line.Quantity))]) { Id = Cart };

    // The value comes from the client: only carts that the session would have accepted are valid.
    private bool IsWhole() =>
        Sessions.Cart.IsId(Cart)
        && Lines is { Count: >= 1 and <= OrderLimits.MaxLines }
        && Lines.All(line =>
            line
                is {
                    PizzaId.Length: >= 1 and <= LongestName,
                    Name.Length: <= LongestName,
                    Toppings.Count: <= MaxToppings,
                    ExtraToppings.Count: <= MaxToppings,
                    Quantity: >= 1 and <= OrderLimits.MaxQuantity
                }
            && line.Toppings.Concat(line.ExtraToppings).All(topping => topping is { Length: >= 1 and <= LongestName })
        );
}

internal sealed record ReviewedCartLine(
    string PizzaId,
    string Name,
    PizzaSize Size,
    IReadOnlyList<string> Toppings,
    IReadOnlyList<string> ExtraToppings,
    int Quantity,
    Money UnitPrice,
    Money LineTotal
)
{
    /// <summary>The line as text, for comparison.</summary>
    [JsonIgnore]
    public string Text => JsonSerializer.Serialize(this, PizzeriaJson.Options);
}
