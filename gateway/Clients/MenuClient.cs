using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>The Menu service, as pages use it.</summary>
internal sealed class MenuClient(HttpClient http, Visitor visitor)
{
    /// <summary>Everything a guest chooses from.</summary>
    public Task<Outcome<Menu>> Read(CancellationToken cancellationToken) => http.Get<Menu>(visitor, "api/menu", cancellationToken);

    /// <summary>
    /// What these would cost and when they would be ready; or <c>validation</c>, <c>unknown-pizza</c>, <c>unknown-topping</c>,
    /// <c>sold-out</c>, <c>unavailable</c>.
    /// </summary>
    public async Task<Outcome<Quote>> Quote(IEnumerable<CartLine> items, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(new { items }, options: ServiceDefaults.PizzeriaJson.Options);
        var request = new HttpRequestMessage(HttpMethod.Post, "api/menu/quote") { Content = content };
        request.Options.Set(ServiceDefaults.Clients.ServiceRequest.Repeatable, value: true);
        return await http.Send<Quote>(visitor, request, cancellationToken);
    }
}

/// <summary>The menu.</summary>
internal sealed record Menu(IReadOnlyList<MenuPizza> Pizzas, IReadOnlyList<MenuTopping> Toppings, string Currency);

/// <summary>A pizza of the menu.</summary>
internal sealed record MenuPizza(
    string Id,
    string Name,
    string Description,
    Money BasePrice,
    IReadOnlyList<string> Toppings,
    MenuPrices Prices,
    bool Available,
    string? UnavailableReason,
    long Version
);

/// <summary>What a pizza costs with its own toppings, by size.</summary>
internal sealed record MenuPrices(Money Small, Money Medium, Money Large)
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

/// <summary>A topping and what it adds.</summary>
internal sealed record MenuTopping(string Name, Money Price);

/// <summary>What some items cost and how long they take.</summary>
internal sealed record Quote(IReadOnlyList<QuoteLine> Lines, Money Total, string Currency, int EstimatedReadyMinutes);

/// <summary>One priced line.</summary>
internal sealed record QuoteLine(
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
