using System.Text.RegularExpressions;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// Parses the text that is typed during a call, one kind of pizza per line: <c>2 large marg + basil</c>. The line begins with an optional
/// quantity (default 1) and size (default medium), in either language or as the size's first letter; a pizza or topping is given by the
/// beginning of its name or of a word in it, which must be unique. <c>phone.js</c> parses lines in the same way while they are typed.
/// </summary>
internal static partial class PhoneOrderText
{
    /// <summary>Parses the lines.</summary>
    /// <param name="text">The text.</param>
    /// <param name="menu">The menu.</param>
    /// <param name="texts">The names of sizes and toppings on the page.</param>
    /// <returns>The parsed lines, and the lines that are invalid or do not fit into one order.</returns>
    public static (Cart Cart, IReadOnlyList<string> NotUnderstood) Read(string? text, MenuResponse menu, Texts texts)
    {
        var cart = Cart.Empty;
        var wrong = new List<string>();
        foreach (var typed in (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var line = ReadLine(typed, menu, texts);
            var more = line is null ? cart : cart.Add(line);
            if (ReferenceEquals(more, cart))
            {
                wrong.Add(typed);
            }

            cart = more;
        }

        return (cart, wrong);
    }

    /// <summary>Returns the accepted names of a size: its name in the API and on the page, and the first letter of each.</summary>
    public static IEnumerable<string> NamesOf(PizzaSize size, Texts texts) =>
        new[] { PizzeriaJson.Text(size), Plain(texts.Size(size)) }
            .SelectMany(name => new[] { name, name[..1] })
            .Distinct(StringComparer.Ordinal);

    private static CartLine? ReadLine(string typed, MenuResponse menu, Texts texts)
    {
        var parts = typed.Split('+', StringSplitOptions.TrimEntries);
        if (Beginning().Match(Plain(parts[0])) is not { Success: true } match)
        {
            return null;
        }

        var (words, size) = (match.Groups["rest"].Value, PizzaSize.Medium);
        foreach (var each in Enum.GetValues<PizzaSize>())
        {
            if (words.Split(' ', 2) is [var first, var rest] && NamesOf(each, texts).Contains(first, StringComparer.Ordinal))
            {
                (words, size) = (rest.Trim(), each);
                break;
            }
        }

        var pizza = One(menu.Pizzas, words, each => [each.Name, each.Id]);
        var extra = parts[1..].Select(topping => One(menu.Toppings, topping, each => [texts.Topping(each.Name), each.Name])).ToList();
        var quantity = match.Groups["quantity"] is { Success: true, Value: var number }
            ? FormValue.ParseInteger(number, 1, OrderLimits.MaxQuantity)
            : 1;
        return pizza is null || quantity is null || extra.Contains(null)
            ? null
            : new(pizza.Id, size, [.. extra.Select(topping => topping!.Name).Distinct(StringComparer.Ordinal)], quantity.Value);
    }

    // An exact name, otherwise the only name with this beginning, otherwise the only name with a word with this beginning.
    private static T? One<T>(IReadOnlyList<T> all, string typed, Func<T, string[]> namesOf)
        where T : class
    {
        var begun = Plain(typed);
        return begun.Length == 0
            ? null
            : Only(name => name == begun)
                ?? Only(name => name.StartsWith(begun, StringComparison.Ordinal))
                ?? Only(name => name.Contains($" {begun}", StringComparison.Ordinal));

        T? Only(Func<string, bool> isMeant) =>
            all.Where(each => namesOf(each).Select(Plain).Any(isMeant)).Take(2).ToList() is [var only] ? only : null;
    }

    private static string Plain(string text) => Spaces().Replace(text.Replace('-', ' ').ToLowerInvariant(), " ").Trim();

    [GeneratedRegex(
        @"^((?<quantity>\d{1,3})\s*x?\s+)?(?<rest>\D.*)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Beginning();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Spaces();
}
