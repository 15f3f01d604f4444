namespace MariosPizzeria.Contracts.Api;

/// <summary>Everything a guest chooses from.</summary>
public sealed record MenuResponse(
    IReadOnlyList<PizzaResponse> Pizzas,
    IReadOnlyList<ToppingResponse> Toppings,
    IReadOnlyList<SizeResponse> Sizes,
    string Currency
);

/// <summary>A topping and what it adds.</summary>
public sealed record ToppingResponse(string Name, Money Price);

/// <summary>A size and what the base price is multiplied with.</summary>
public sealed record SizeResponse(PizzaSize Name, decimal Multiplier);

/// <summary>A pizza as its guests see it.</summary>
/// <param name="Id">Slug.</param>
/// <param name="Name">Display name.</param>
/// <param name="Description">One or two sentences.</param>
/// <param name="BasePrice">The small pizza's price without toppings.</param>
/// <param name="Toppings">Its own toppings.</param>
/// <param name="Prices">What it costs with its own toppings, by size.</param>
/// <param name="Available">Whether it can be ordered.</param>
/// <param name="UnavailableReason">Why not.</param>
/// <param name="Version">Counts its changes; also the answer's entity tag, which <c>If-Match</c> takes.</param>
public sealed record PizzaResponse(
    string Id,
    string Name,
    string Description,
    Money BasePrice,
    IReadOnlyList<string> Toppings,
    SizePrices Prices,
    bool Available,
    string? UnavailableReason,
    long Version
);

/// <summary>A pizza's price in each size.</summary>
public sealed record SizePrices(Money Small, Money Medium, Money Large)
{
    /// <summary>The price of one size.</summary>
    public Money Of(PizzaSize size) =>
        size switch
        {
            PizzaSize.Small => Small,
            PizzaSize.Medium => Medium,
            _ => Large,
        };
}

/// <summary>A pizza as a manager writes it.</summary>
/// <param name="Id">Slug; when adding only, and derived from the name where it is not given.</param>
/// <param name="Name">1–100 characters.</param>
/// <param name="Description">At most 500 characters; may be left out.</param>
/// <param name="BasePrice">0.01–999.99.</param>
/// <param name="Toppings">At most ten approved ones, none twice; may be left out.</param>
public sealed record PizzaRequest(string? Id, string? Name, string? Description, Money? BasePrice, IReadOnlyList<string?>? Toppings);

/// <summary>Whether a pizza can be ordered.</summary>
/// <param name="Available">From now on.</param>
/// <param name="Reason">Why not, for the guest to read; at most 200 characters.</param>
public sealed record AvailabilityRequest(bool? Available, string? Reason);

/// <summary>What somebody thinks of ordering.</summary>
/// <param name="Items">1 to <see cref="OrderLimits.MaxLines"/> lines.</param>
public sealed record QuoteRequest(IReadOnlyList<ItemRequest?>? Items);

/// <summary>One line of an order or of a quote.</summary>
/// <param name="PizzaId">A pizza of the menu.</param>
/// <param name="Size">Required.</param>
/// <param name="ExtraToppings">Approved ones, with the pizza's own at most <see cref="OrderLimits.MaxToppings"/>; may be left out.</param>
/// <param name="Quantity">1 to <see cref="OrderLimits.MaxQuantity"/>.</param>
public sealed record ItemRequest(string? PizzaId, PizzaSize? Size, IReadOnlyList<string?>? ExtraToppings, int? Quantity);

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
