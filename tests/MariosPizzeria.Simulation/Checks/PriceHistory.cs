using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.MenuService.Domain;

namespace MariosPizzeria.Simulation.Checks;

/// <summary>The base prices of each pizza, with the time since when each was valid.</summary>
internal sealed class PriceHistory(World.World world)
{
    // A process's clock is wrong by up to 3 s, and a process caches the menu for at most a quarter of a second.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(4);

    private readonly Dictionary<string, List<(DateTimeOffset Since, Money BasePrice)>> _prices = new(StringComparer.Ordinal);

    /// <summary>Records the price of a saved pizza.</summary>
    public void Add(Pizza pizza)
    {
        if (!_prices.TryGetValue(pizza.Id, out var prices))
        {
            _prices[pizza.Id] = prices = [];
        }

        prices.Add((world.Loop.Now, pizza.BasePrice));
    }

    /// <summary>Whether a line that is saved at this time has a price that its pizza had at some moment since the order.</summary>
    public bool Holds(OrderedLine line, DateTimeOffset placedAt)
    {
        var prices = _prices[line.PizzaId];
        return prices
            .Where((_, i) => i == prices.Count - 1 || prices[i + 1].Since >= placedAt - Tolerance)
            .Any(price =>
                Pricing.Of(price.BasePrice, line.Size, line.Toppings.Count + line.ExtraToppings.Count).UnitPrice == line.UnitPrice
            );
    }
}
