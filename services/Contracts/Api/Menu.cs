using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Contracts.Api;

/// <summary>The menu: pizzas, toppings and sizes.</summary>
public sealed record MenuResponse(
    IReadOnlyList<PizzaResponse> Pizzas,
    IReadOnlyList<ToppingResponse> Toppings,
    IReadOnlyList<SizeResponse> Sizes,
    string Currency
);

/// <summary>A topping and its price.</summary>
public sealed record ToppingResponse(string Name, Money Price)
{
    /// <summary>Which of the EU's fourteen allergens it contains.</summary>
    public IReadOnlyList<Allergen> Allergens { get; init; } = [];

    /// <summary>Whether it can be ordered. If it can't, no pizza that contains it can be ordered.</summary>
    public bool Available { get; init; } = true;

    /// <summary>Why it can't be ordered.</summary>
    public string? UnavailableReason { get; init; }
}

/// <summary>A size and its factor for the base price.</summary>
public sealed record SizeResponse(PizzaSize Name, decimal Multiplier);

/// <summary>A pizza as guests see it.</summary>
/// <param name="Id">Slug.</param>
/// <param name="Name">Display name.</param>
/// <param name="Description">One or two sentences.</param>
/// <param name="BasePrice">The small pizza's price without toppings.</param>
/// <param name="Toppings">Its own toppings.</param>
/// <param name="Prices">Its price with its own toppings, by size.</param>
/// <param name="Available">Whether it can be ordered: the pizza and each of its toppings are available.</param>
/// <param name="UnavailableReason">Why it can't be ordered; if a topping is sold out, which one.</param>
/// <param name="Version">The number of its changes; also the response's entity tag, for <c>If-Match</c>.</param>
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
)
{
    /// <summary>Those of the EU's fourteen allergens that its base and its own toppings contain.</summary>
    public IReadOnlyList<Allergen> Allergens { get; init; } = [];
}

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

/// <summary>A pizza as a manager enters it.</summary>
/// <param name="Id">Slug; only when a pizza is added, and derived from the name if it is not given.</param>
/// <param name="Name">1–100 characters.</param>
/// <param name="Description">At most 500 characters; may be left out.</param>
/// <param name="BasePrice">0.01–999.99.</param>
/// <param name="Toppings">At most ten approved toppings, without duplicates; may be left out.</param>
public sealed record PizzaRequest(string? Id, string? Name, string? Description, Money? BasePrice, IReadOnlyList<string?>? Toppings);

/// <summary>Whether a pizza or a topping can be ordered.</summary>
/// <param name="Available">Whether it can be ordered from now on.</param>
/// <param name="Reason">Why it can't be ordered, as shown to guests; at most 200 characters.</param>
public sealed record AvailabilityRequest(bool? Available, string? Reason);

/// <summary>The items of a possible order.</summary>
/// <param name="Items">1 to <see cref="OrderLimits.MaxLines"/> lines.</param>
/// <param name="Fulfilment">Delivery or pickup; a delivery may cost a fee. May be left out.</param>
public sealed record QuoteRequest(IReadOnlyList<ItemRequest?>? Items, Fulfilment? Fulfilment = null);

/// <summary>One line of an order or of a quote.</summary>
/// <param name="PizzaId">A pizza of the menu.</param>
/// <param name="Size">Required.</param>
/// <param name="ExtraToppings">
/// Approved toppings, together with the pizza's own at most <see cref="OrderLimits.MaxToppings"/>; may be left out.
/// </param>
/// <param name="Quantity">1 to <see cref="OrderLimits.MaxQuantity"/>.</param>
public sealed record ItemRequest(string? PizzaId, PizzaSize? Size, IReadOnlyList<string?>? ExtraToppings, int? Quantity);

/// <summary>The price of a possible order, and when it would be ready.</summary>
/// <param name="Lines">The priced lines, in the order of the request.</param>
/// <param name="Total">Sum of the lines.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="EstimatedReadyMinutes">Minutes from now until it can be fetched: the promise for a pickup of these items.</param>
public sealed record QuoteResponse(IReadOnlyList<QuoteLine> Lines, Money Total, string Currency, int EstimatedReadyMinutes)
{
    /// <summary>The promise for a pickup and for a delivery; null from a Menu service of the previous release.</summary>
    public PromisedMinutes? Minutes { get; init; }

    /// <summary>
    /// Returns the promise for an order of these items that is placed now. A Menu service of the previous release gives only the time of
    /// pickup; the delivery then takes <see cref="Workload.DefaultRoadMinutes"/> longer.
    /// </summary>
    public PromisedMinutes Promise() =>
        Minutes ?? new(EstimatedReadyMinutes, EstimatedReadyMinutes + Workload.DefaultRoadMinutes, Workload.DefaultRoadMinutes);

    /// <summary>
    /// The fee that the delivery adds to the sum of the lines; 0 for a pickup, and if the request does not say that it is a delivery.
    /// </summary>
    public Money DeliveryFee { get; init; }
}

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

/// <summary>The quote requests of several guests, which Order sends in one call.</summary>
/// <param name="Requests">1 to <see cref="Most"/>.</param>
public sealed record QuotesRequest(IReadOnlyList<QuoteRequest?>? Requests)
{
    /// <summary>The maximum number of requests in one call.</summary>
    public const int Most = 32;
}

/// <summary>One answer for each request, in the order of the requests.</summary>
public sealed record QuotesResponse(IReadOnlyList<QuoteAnswer> Answers);

/// <summary>The answer to one of several requests: a quote or a refusal, never both.</summary>
/// <param name="Quote">The quote, as <c>/api/menu/quote</c> returns it.</param>
/// <param name="Refusal">Why there is no quote.</param>
public sealed record QuoteAnswer(QuoteResponse? Quote, QuoteRefusal? Refusal);

/// <summary>A refusal, with the data of a problem document.</summary>
/// <param name="Slug">The last part of the problem's <c>type</c>.</param>
/// <param name="Detail">A text for the guest.</param>
/// <param name="Errors">For <c>validation</c>: each wrong field with its messages.</param>
public sealed record QuoteRefusal(string Slug, string Detail, IReadOnlyDictionary<string, string[]>? Errors);
