using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.MenuService.Features;

/// <summary>Prices an order before it is one. Every order is asked for here, so it is two reads and no write.</summary>
public sealed class Quote(IRepository<Pizza> pizzas, IRepository<KitchenLoad> loads)
{
    private const int LongestId = 100;

    /// <summary>POST /api/menu/quote.</summary>
    public static async Task<IResult> Post(QuoteRequest request, Quote quote, CancellationToken cancellationToken) =>
        (await quote.Handle(request, cancellationToken)).ToOk(answer => answer);

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
        if (!errors.Require(asked.Count is >= 1 and <= OrderLimits.MaxLines, "items", $"has 1 to {OrderLimits.MaxLines} lines"))
        {
            return errors.ToFault()!;
        }

        var items = new List<Item>(asked.Count);
        for (var i = 0; i < asked.Count; i++)
        {
            var line = asked[i] ?? new(null, null, null, null);
            var extra = line.ExtraToppings ?? [];

            errors.Require(line.PizzaId is { Length: >= 1 and <= LongestId }, $"items[{i}].pizzaId", "is the id of a pizza on the menu");
            errors.Require(line.Size is not null, $"items[{i}].size", "is small, medium or large");
            errors.Require(
                line.Quantity is >= 1 and <= OrderLimits.MaxQuantity,
                $"items[{i}].quantity",
                $"is from 1 to {OrderLimits.MaxQuantity}"
            );
            errors.Require(
                extra.Count <= OrderLimits.MaxToppings,
                $"items[{i}].extraToppings",
                $"has at most {OrderLimits.MaxToppings} toppings"
            );
            errors.Require(!extra.Any(string.IsNullOrEmpty), $"items[{i}].extraToppings", "are names of toppings");
            items.Add(new(line.PizzaId ?? "", line.Size ?? default, [.. extra.OfType<string>()], line.Quantity ?? 0));
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
                menu[items[i].PizzaId].Toppings.Count + items[i].ExtraToppings.Count <= OrderLimits.MaxToppings,
                $"items[{i}].extraToppings",
                $"make more than {OrderLimits.MaxToppings} toppings with the pizza's own"
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
