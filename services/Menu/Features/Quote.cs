using MariosPizzeria.BuildingBlocks.Streaming;

namespace MariosPizzeria.MenuService.Features;

/// <summary>Prices the items of a possible order. Every order needs a quote first, so this uses cached reads only.</summary>
public sealed class Quote(CachedRead<Pizza, CurrentMenu> menus, CachedRead<KitchenLoad, KitchenLoad?> loads, DeliveryTerms terms)
{
    private const int MaxIdLength = 100;

    /// <summary>What an order would cost, and when it would be ready.</summary>
    public static async Task<IResult> Post(QuoteRequest request, Quote quote, CancellationToken cancellationToken) =>
        (await quote.Handle(request, cancellationToken)).ToOk(answer => answer);

    /// <summary>Several quotes in one call, each with its own outcome.</summary>
    public static async Task<IResult> PostSeveral(QuotesRequest request, Quote quote, CancellationToken cancellationToken)
    {
        var asked = request.Requests ?? [];
        var errors = new ValidationErrors();
        if (!errors.Require(asked.Count is >= 1 and <= QuotesRequest.Most, "requests", $"must have 1 to {QuotesRequest.Most} requests"))
        {
            return errors.ToFault()!.ToProblem();
        }

        var answers = new List<QuoteAnswer>(asked.Count);
        foreach (var each in asked)
        {
            var outcome = await quote.Handle(each ?? new(null), cancellationToken);
            answers.Add(
                outcome.Succeeded
                    ? new(outcome.Value, Refusal: null)
                    : new(Quote: null, new(outcome.Error.Code, outcome.Error.Detail, outcome.Error.Errors))
            );
        }

        return Results.Ok(new QuotesResponse(answers));
    }

    /// <summary>
    /// Returns the quote, or the first error that applies: <c>validation</c> (the contract's bounds), <c>unknown-pizza</c>,
    /// <c>unknown-topping</c>, <c>validation</c> (too many toppings on one pizza), <c>sold-out</c>.
    /// </summary>
    public async Task<Result<QuoteResponse>> Handle(QuoteRequest request, CancellationToken cancellationToken)
    {
        var read = Read(request);
        if (!read.Succeeded)
        {
            return read.Error;
        }

        var current = await menus.GetAsync(cancellationToken);
        var menu = current.Pizzas;

        if (Refusal(read.Value, menu, current.Stock) is { } fault)
        {
            return fault;
        }

        QuoteLine[] lines = [.. read.Value.Select(item => Price(item, menu[item.PizzaId]))];
        var workload = (await loads.GetAsync(cancellationToken))?.Workload() ?? Workload.Unknown;
        var minutes = workload.MinutesFor(lines.Sum(line => line.Quantity));
        var fee = terms.FeeOf(request.Fulfilment);
        return new QuoteResponse(lines, Pricing.Total(lines.Select(line => line.LineTotal), fee), Money.Currency, minutes.Pickup)
        {
            Minutes = minutes,
            DeliveryFee = fee,
        };
    }

    private static Result<IReadOnlyList<Item>> Read(QuoteRequest request)
    {
        var errors = new ValidationErrors();
        var asked = request.Items ?? [];
        if (!errors.Require(asked.Count is >= 1 and <= OrderLimits.MaxLines, "items", $"must have 1 to {OrderLimits.MaxLines} lines"))
        {
            return errors.ToFault()!;
        }

        var items = new List<Item>(asked.Count);
        for (var i = 0; i < asked.Count; i++)
        {
            var line = asked[i] ?? new(null, null, null, null);
            var extra = line.ExtraToppings ?? [];

            errors.Require(line.PizzaId is { Length: >= 1 and <= MaxIdLength }, $"items[{i}].pizzaId", "must be the id of a pizza");
            errors.Require(line.Size is not null, $"items[{i}].size", "must be small, medium or large");
            errors.Require(
                line.Quantity is >= 1 and <= OrderLimits.MaxQuantity,
                $"items[{i}].quantity",
                $"must be from 1 to {OrderLimits.MaxQuantity}"
            );
            errors.Require(
                extra.Count <= OrderLimits.MaxToppings,
                $"items[{i}].extraToppings",
                $"must have at most {OrderLimits.MaxToppings} toppings"
            );
            errors.Require(!extra.Any(string.IsNullOrEmpty), $"items[{i}].extraToppings", "must be names of toppings");
            items.Add(new(line.PizzaId ?? "", line.Size ?? default, [.. extra.OfType<string>()], line.Quantity ?? 0));
        }

        return errors.ToFault() is { } fault ? fault : items;
    }

    private static Error? Refusal(IReadOnlyList<Item> items, IReadOnlyDictionary<string, Pizza> menu, Stock stock)
    {
        if (items.FirstOrDefault(item => !menu.ContainsKey(item.PizzaId)) is { } stranger)
        {
            return new(ErrorCodes.UnknownPizza, $"The menu has no pizza '{stranger.PizzaId}'.");
        }

        if (items.SelectMany(item => item.ExtraToppings).FirstOrDefault(topping => !Toppings.IsApproved(topping)) is { } unknown)
        {
            return new(ErrorCodes.UnknownTopping, $"There is no topping '{unknown}'.");
        }

        var errors = new ValidationErrors();
        for (var i = 0; i < items.Count; i++)
        {
            errors.Require(
                menu[items[i].PizzaId].Toppings.Count + items[i].ExtraToppings.Count <= OrderLimits.MaxToppings,
                $"items[{i}].extraToppings",
                $"must be at most {OrderLimits.MaxToppings} together with the pizza's own toppings"
            );
        }

        return errors.ToFault() ?? SoldOut(items, menu, stock);
    }

    private static Error? SoldOut(IReadOnlyList<Item> items, IReadOnlyDictionary<string, Pizza> menu, Stock stock) =>
        items.FirstOrDefault(item => !stock.CanSell(menu[item.PizzaId])) is { } soldOut
            ? new(ErrorCodes.SoldOut, $"The pizza '{soldOut.PizzaId}' is sold out.")
        : items.SelectMany(item => item.ExtraToppings).FirstOrDefault(topping => !stock.Has(topping)) is { } missing
            ? new(ErrorCodes.SoldOut, $"The topping '{missing}' is sold out.")
        : null;

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
