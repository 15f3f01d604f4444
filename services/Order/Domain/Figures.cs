using System.Runtime.InteropServices;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>
/// What a set of orders amounts to. Figures of two sets add up to those of both, in any order; all are whole numbers (cents,
/// seconds), so that nothing is lost in adding. A cancelled order is no revenue, sells no pizza and counts for no customer.
/// </summary>
public sealed record Figures
{
    /// <summary>Of no orders.</summary>
    public static readonly Figures None = new();

    /// <summary>Orders placed, whatever became of them.</summary>
    public int Orders { get; init; }
    public int Delivered { get; init; }
    public int Cancelled { get; init; }

    /// <summary>Sum of the orders that are not cancelled.</summary>
    public Money Revenue { get; init; }

    /// <summary>From a chef's taking them to their coming out of the oven.</summary>
    public Span Cooking { get; init; }

    /// <summary>From a driver's taking them to their being handed over.</summary>
    public Span Driving { get; init; }

    /// <summary>From placing to the time at which the customer was told it would be ready; of those that are ready.</summary>
    public Span Promised { get; init; }

    /// <summary>From placing to being ready; of the same.</summary>
    public Span Actual { get; init; }

    /// <summary>How many of them were ready when promised, or earlier.</summary>
    public int Kept { get; init; }
    public IReadOnlyList<PizzaFigures> Pizzas { get; init; } = [];
    public IReadOnlyList<WorkFigures> Chefs { get; init; } = [];
    public IReadOnlyList<WorkFigures> Drivers { get; init; } = [];
    public IReadOnlyList<CustomerFigures> Customers { get; init; } = [];

    /// <summary>Orders that are revenue.</summary>
    public int Sold() => Orders - Cancelled;

    /// <summary>What one order contributes as it is now.</summary>
    public static Figures Of(Order order)
    {
        if (order.Status == OrderStatus.Cancelled)
        {
            return new() { Orders = 1, Cancelled = 1 };
        }

        var isReady = order.ReadyAt is not null;
        var cooking = Span.Between(order.CookingStartedAt, order.ReadyAt);
        var driving = Span.Between(order.DeliveringAt, order.DeliveredAt);
        return new()
        {
            Orders = 1,
            Delivered = order.Status == OrderStatus.Delivered ? 1 : 0,
            Revenue = order.Total,
            Cooking = cooking,
            Driving = driving,
            Promised = Span.Between(order.PlacedAt, isReady ? order.EstimatedReadyAt : null),
            Actual = Span.Between(order.PlacedAt, order.ReadyAt),
            Kept = order.ReadyAt <= order.EstimatedReadyAt ? 1 : 0,
            Pizzas = [.. order.Lines.GroupBy(line => line.PizzaId, StringComparer.Ordinal).Select(PizzaFigures.Of)],
            Chefs = isReady && order.Chef is { } chef ? [new(chef, cooking)] : [],
            Drivers = order.DeliveredAt is not null && order.Driver is { } driver ? [new(driver, driving)] : [],
            Customers = [new(order.Customer.Id, 1, order.Total, order.PlacedAt)],
        };
    }

    /// <summary>The figures of all sets together.</summary>
    public static Figures Sum(IEnumerable<Figures> sets)
    {
        // At once and not pair by pair: the lists of a thousand orders are merged in one go.
        var all = sets.ToList();
        return new()
        {
            Orders = all.Sum(each => each.Orders),
            Delivered = all.Sum(each => each.Delivered),
            Cancelled = all.Sum(each => each.Cancelled),
            Revenue = all.Select(each => each.Revenue).Sum(),
            Cooking = Span.Sum(all.Select(each => each.Cooking)),
            Driving = Span.Sum(all.Select(each => each.Driving)),
            Promised = Span.Sum(all.Select(each => each.Promised)),
            Actual = Span.Sum(all.Select(each => each.Actual)),
            Kept = all.Sum(each => each.Kept),
            Pizzas = [.. Merged(all.SelectMany(each => each.Pizzas), pizza => pizza.PizzaId, PizzaFigures.Sum)],
            Chefs = [.. Merged(all.SelectMany(each => each.Chefs), chef => chef.Id, WorkFigures.Sum)],
            Drivers = [.. Merged(all.SelectMany(each => each.Drivers), driver => driver.Id, WorkFigures.Sum)],
            Customers = [.. Merged(all.SelectMany(each => each.Customers), customer => customer.Id, CustomerFigures.Sum)],
        };
    }

    // Sorted, so that the same orders give the same document whatever way they were added up.
    private static IEnumerable<T> Merged<T>(IEnumerable<T> figures, Func<T, string> id, Func<IReadOnlyList<T>, T> sum) =>
        figures.GroupBy(id, StringComparer.Ordinal).OrderBy(same => same.Key, StringComparer.Ordinal).Select(same => sum([.. same]));
}

/// <summary>So many durations, and how long they are together.</summary>
/// <param name="Count">How many.</param>
/// <param name="Seconds">Together.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Span(int Count, long Seconds)
{
    /// <summary>One duration; none where it has not begun or not ended.</summary>
    public static Span Between(DateTimeOffset? from, DateTimeOffset? to) =>
        from is null || to is null ? default : new(1, (long)Math.Round((to - from).Value.TotalSeconds));

    /// <summary>All together.</summary>
    public static Span Sum(IEnumerable<Span> spans) =>
        spans.Aggregate(default(Span), (sum, span) => new(sum.Count + span.Count, sum.Seconds + span.Seconds));

    /// <summary>Their mean in minutes, to a tenth; null of none.</summary>
    public decimal? MeanMinutes() => Count == 0 ? null : Math.Round(Seconds / 60m / Count, 1, MidpointRounding.AwayFromZero);
}

/// <summary>How one pizza sells.</summary>
/// <param name="PizzaId">Which.</param>
/// <param name="Name">As on the orders.</param>
/// <param name="Orders">Orders it is on.</param>
/// <param name="Quantity">How many of it.</param>
/// <param name="Revenue">Sum of its lines.</param>
public sealed record PizzaFigures(string PizzaId, string Name, int Orders, int Quantity, Money Revenue)
{
    internal static PizzaFigures Of(IGrouping<string, OrderedLine> lines) =>
        new(lines.Key, lines.First().Name, 1, lines.Sum(line => line.Quantity), lines.Select(line => line.LineTotal).Sum());

    internal static PizzaFigures Sum(IReadOnlyList<PizzaFigures> same) =>
        new(
            same[0].PizzaId,
            same[^1].Name,
            same.Sum(each => each.Orders),
            same.Sum(each => each.Quantity),
            same.Select(each => each.Revenue).Sum()
        );
}

/// <summary>What one chef or one driver did.</summary>
/// <param name="Id">The account.</param>
/// <param name="Work">How many orders, and how long they took together.</param>
public sealed record WorkFigures(string Id, Span Work)
{
    internal static WorkFigures Sum(IReadOnlyList<WorkFigures> same) => new(same[0].Id, Span.Sum(same.Select(each => each.Work)));
}

/// <summary>What one customer ordered.</summary>
/// <param name="Id">The account.</param>
/// <param name="Orders">How many orders.</param>
/// <param name="Revenue">Their sum.</param>
/// <param name="LastOrderAt">When the last of them was placed.</param>
public sealed record CustomerFigures(string Id, int Orders, Money Revenue, DateTimeOffset LastOrderAt)
{
    internal static CustomerFigures Sum(IReadOnlyList<CustomerFigures> same) =>
        new(same[0].Id, same.Sum(each => each.Orders), same.Select(each => each.Revenue).Sum(), same.Max(each => each.LastOrderAt));
}
