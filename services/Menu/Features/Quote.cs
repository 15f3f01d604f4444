using MariosPizzeria.Contracts;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.MenuService.Features;

/// <summary>What somebody thinks of ordering.</summary>
/// <param name="Items">1–50 lines.</param>
public sealed record QuoteRequest(IReadOnlyList<QuoteItem?>? Items);

/// <summary>One line.</summary>
/// <param name="PizzaId">A pizza of the menu.</param>
/// <param name="Size"><c>small</c>, <c>medium</c> or <c>large</c>.</param>
/// <param name="ExtraToppings">Approved ones, with the pizza's own at most ten; may be left out.</param>
/// <param name="Quantity">1–20.</param>
public sealed record QuoteItem(string? PizzaId, string? Size, IReadOnlyList<string?>? ExtraToppings, int? Quantity);

/// <summary>What it would cost and when it would be ready.</summary>
/// <param name="Lines">In the order they were asked for.</param>
/// <param name="Total">Sum of the lines.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="EstimatedReadyMinutes">From now.</param>
public sealed record QuoteResponse(IReadOnlyList<QuoteLine> Lines, Money Total, string Currency, int EstimatedReadyMinutes);

/// <summary>One line with its price.</summary>
public sealed record QuoteLine(
    string PizzaId,
    string Name,
    PizzaSize Size,
    IReadOnlyList<string> Toppings,
    IReadOnlyList<string> ExtraToppings,
    int Quantity,
    Money UnitPrice,
    Money LineTotal,
    PriceBreakdown Breakdown
);

/// <summary>Prices an order before it is one. Every order is asked for here, so it is two reads and no write.</summary>
public sealed class Quote(IRepository<Pizza> pizzas, IRepository<KitchenLoad> loads)
{
    private const int MostLines = 50;
    private const int MostOfOneLine = 20;
    private const int LongestId = 100;

    /// <summary>
    /// The quote, or the first of <c>validation</c> (the contract's bounds), <c>unknown-pizza</c>, <c>unknown-topping</c>,
    /// <c>validation</c> (too many toppings on one pizza) and <c>sold-out</c> that applies.
    /// </summary>
    public async Task<Outcome<QuoteResponse>> Handle(QuoteRequest request, CancellationToken cancellationToken)
    {
        var read = Read(request);
        if (!read.Succeeded)
        {
            return read.Fault;
        }

        var menu = (await pizzas.Menu(cancellationToken)).ToDictionary(pizza => pizza.Id, StringComparer.Ordinal);

        if (Refusal(read.Value, menu) is { } fault)
        {
            return fault;
        }

        QuoteLine[] lines = [.. read.Value.Select(item => Price(item, menu[item.PizzaId]))];
        return new QuoteResponse(
            lines,
            lines.Select(line => line.LineTotal).Sum(),
            Money.Currency,
            Estimate.ReadyMinutes(await loads.Current(cancellationToken))
        );
    }

    private static Outcome<IReadOnlyList<Item>> Read(QuoteRequest request)
    {
        var errors = new ValidationErrors();
        var asked = request.Items ?? [];
        if (!errors.Require(asked.Count is >= 1 and <= MostLines, "items", $"has 1 to {MostLines} lines"))
        {
            return errors.ToFault()!;
        }

        var items = new List<Item>(asked.Count);
        for (var i = 0; i < asked.Count; i++)
        {
            var line = asked[i] ?? new(null, null, null, null);
            var extra = line.ExtraToppings ?? [];
            PizzaSize? size = line.Size is null ? null : PizzeriaJson.Parse<PizzaSize>(line.Size);

            errors.Require(line.PizzaId is { Length: >= 1 and <= LongestId }, $"items[{i}].pizzaId", "is the id of a pizza on the menu");
            errors.Require(size is not null, $"items[{i}].size", "is small, medium or large");
            errors.Require(line.Quantity is >= 1 and <= MostOfOneLine, $"items[{i}].quantity", $"is from 1 to {MostOfOneLine}");
            errors.Require(
                extra.Count <= Toppings.MostOnOnePizza,
                $"items[{i}].extraToppings",
                $"has at most {Toppings.MostOnOnePizza} toppings"
            );
            errors.Require(!extra.Any(string.IsNullOrEmpty), $"items[{i}].extraToppings", "are names of toppings");
            items.Add(new(line.PizzaId ?? "", size ?? default, [.. extra.OfType<string>()], line.Quantity ?? 0));
        }

        return errors.ToFault() is { } fault ? fault : items;
    }

    private static Fault? Refusal(IReadOnlyList<Item> items, Dictionary<string, Pizza> menu)
    {
        if (items.FirstOrDefault(item => !menu.ContainsKey(item.PizzaId)) is { } stranger)
        {
            return new(Slugs.UnknownPizza, $"The menu has no pizza '{stranger.PizzaId}'.");
        }

        if (items.SelectMany(item => item.ExtraToppings).FirstOrDefault(topping => !Toppings.IsApproved(topping)) is { } unknown)
        {
            return new(Slugs.UnknownTopping, $"There is no topping '{unknown}'.");
        }

        var errors = new ValidationErrors();
        for (var i = 0; i < items.Count; i++)
        {
            errors.Require(
                menu[items[i].PizzaId].Toppings.Count + items[i].ExtraToppings.Count <= Toppings.MostOnOnePizza,
                $"items[{i}].extraToppings",
                $"make more than {Toppings.MostOnOnePizza} toppings with the pizza's own"
            );
        }

        return errors.ToFault()
            ?? (
                items.FirstOrDefault(item => !menu[item.PizzaId].Available) is { } soldOut
                    ? new Fault(Slugs.SoldOut, $"The pizza '{soldOut.PizzaId}' is sold out.")
                    : null
            );
    }

    private static QuoteLine Price(Item item, Pizza pizza)
    {
        var breakdown = Pricing.Of(pizza.BasePrice, item.Size, pizza.Toppings.Count + item.ExtraToppings.Count);
        return new(
            pizza.Id,
            pizza.Name,
            item.Size,
            pizza.Toppings,
            item.ExtraToppings,
            item.Quantity,
            breakdown.UnitPrice,
            breakdown.UnitPrice * item.Quantity,
            breakdown
        );
    }

    private sealed record Item(string PizzaId, PizzaSize Size, IReadOnlyList<string> ExtraToppings, int Quantity);
}

/// <summary>POST /api/menu/quote.</summary>
public static class QuoteRoute
{
    public static async Task<IResult> Quote(QuoteRequest request, Quote quote, CancellationToken cancellationToken) =>
        (await quote.Handle(request, cancellationToken)).ToOk(answer => answer);
}
