using System.Text.Json;
using System.Text.Json.Serialization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.ServiceDefaults;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// What a checkout form showed, and the cart that it was made from. The form carries it, so that nothing is ordered that was not seen,
/// what has changed can be told, and a cart whose session is over can be put together again.
/// </summary>
/// <param name="Cart">The cart's id.</param>
/// <param name="Lines">As they were shown.</param>
/// <param name="Total">With all fees.</param>
internal sealed record SeenCart(string? Cart, IReadOnlyList<SeenLine> Lines, Money Total)
{
    // Longer than fifty lines with ten toppings each can be.
    private const int LongestText = 64 * 1024;
    private const int LongestName = 100;
    private const int MostToppings = 10;

    /// <summary>What is shown now.</summary>
    public static SeenCart Of(Cart cart, QuoteResponse quote) =>
        new(
            cart.Id,
            [
                .. quote.Lines.Select(line => new SeenLine(
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

    /// <summary>What a form brought back; null where it is not of a form of ours.</summary>
    public static SeenCart? Parse(string? text)
    {
        if (text is not { Length: > 0 and <= LongestText })
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<SeenCart>(text, PizzeriaJson.Options) is { } seen && seen.IsWhole() ? seen : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>For the form's hidden field; what shows the same is the same text.</summary>
    [JsonIgnore]
    public string Text => JsonSerializer.Serialize(this, PizzeriaJson.Options);

    /// <summary>The lines that the other one does not show, or shows otherwise.</summary>
    public IEnumerable<SeenLine> Except(SeenCart other)
    {
        var texts = other.Lines.Select(line => line.Text).ToHashSet(StringComparer.Ordinal);
        return Lines.Where(line => !texts.Contains(line.Text));
    }

    /// <summary>The cart that was shown, for a visitor whose session is over.</summary>
    public Cart ToCart() =>
        new([.. Lines.Select(line => new CartLine(line.PizzaId, line.Size, line.ExtraToppings, line.Quantity))]) { Id = Cart };

    // It comes from outside: no cart is made of it that the session would not have taken.
    private bool IsWhole() =>
        Sessions.Cart.IsId(Cart)
        && Lines is { Count: >= 1 and <= OrderLimits.MaxLines }
        && Lines.All(line =>
            line
                is {
                    PizzaId.Length: >= 1 and <= LongestName,
                    Name.Length: <= LongestName,
                    Toppings.Count: <= MostToppings,
                    ExtraToppings.Count: <= MostToppings,
                    Quantity: >= 1 and <= OrderLimits.MaxQuantity
                }
            && line.Toppings.Concat(line.ExtraToppings).All(topping => topping is { Length: >= 1 and <= LongestName })
        );
}

/// <summary>A line of a checkout form.</summary>
internal sealed record SeenLine(
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
    /// <summary>All of it, to be compared.</summary>
    [JsonIgnore]
    public string Text => JsonSerializer.Serialize(this, PizzeriaJson.Options);
}
