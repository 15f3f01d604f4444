using System.Runtime.InteropServices;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>
/// The totals of a set of orders. All values are whole numbers (cents, seconds), so sums have no rounding errors. A cancelled order adds no
/// revenue and no pizzas.
/// </summary>
public sealed record Figures
{
    /// <summary>The figures of no orders.</summary>
    public static readonly Figures None = new();

    /// <summary>The number of placed orders, whatever their status.</summary>
    public int Orders { get; init; }
    public int Delivered { get; init; }
    public int Cancelled { get; init; }

    /// <summary>The sum of the orders that are not cancelled.</summary>
    public Money Revenue { get; init; }

    /// <summary>The time from when a chef takes an order until it is out of the oven.</summary>
    public Span Cooking { get; init; }

    /// <summary>The time from when a driver takes an order until it is handed over.</summary>
    public Span Driving { get; init; }

    /// <summary>The time from placing to the promised time, for orders that the customer has received (pickups: that are ready).</summary>
    public Span Promised { get; init; }

    /// <summary>The time from placing until the customer has the order (pickups: until it is ready), for the same orders.</summary>
    public Span Actual { get; init; }

    /// <summary>The number of these orders that were on time or early.</summary>
    public int Kept { get; init; }

    /// <summary>The sales of each pizza; only in a daily report.</summary>
    public IReadOnlyList<PizzaFigures> Pizzas { get; init; } = [];

    /// <summary>Returns the number of orders that are not cancelled.</summary>
    public int Sold() => Orders - Cancelled;
}

/// <summary>A number of durations and their sum.</summary>
/// <param name="Count">The number of durations.</param>
/// <param name="Seconds">The sum of the durations in seconds.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Span(int Count, long Seconds)
{
    /// <summary>Returns the mean in minutes, rounded to a tenth; null if there are no durations.</summary>
    public decimal? MeanMinutes() => Count == 0 ? null : Math.Round(Seconds / 60m / Count, 1, MidpointRounding.AwayFromZero);
}

/// <summary>The sales of one pizza.</summary>
/// <param name="PizzaId">The id of the pizza.</param>
/// <param name="Name">The name, as on the orders.</param>
/// <param name="Orders">The number of orders that contain it.</param>
/// <param name="Quantity">The number of pizzas sold.</param>
/// <param name="Revenue">The sum of its order lines.</param>
public sealed record PizzaFigures(string PizzaId, string Name, int Orders, int Quantity, Money Revenue);
