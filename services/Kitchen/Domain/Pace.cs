namespace MariosPizzeria.KitchenService.Domain;

/// <summary>The speed of the kitchen and its drivers, computed from the last tickets.</summary>
public static class Pace
{
    /// <summary>The number of last tickets, and of last deliveries, that are used.</summary>
    public const int Recent = 50;

    private const int FewestRoads = 10;
    private const double Shortest = 2;
    private const double LongestPizza = 20;
    private const double LongestRoad = 90;

    // On average, half of the work on cooking tickets is done; and when a slot becomes free the others still cook, so that a part of the
    // rest need not be waited for.
    private const double CookingPart = 0.4;

    /// <summary>Computes the input of promises.</summary>
    /// <param name="capacity">Tickets that can cook at the same time.</param>
    /// <param name="ahead">The tickets that are in the kitchen and not ready.</param>
    /// <param name="cooked">The last tickets that were cooked, at most <see cref="Recent"/>.</param>
    /// <param name="driven">The last tickets that were delivered, at most <see cref="Recent"/>.</param>
    /// <param name="extraMinutes">Minutes that the manager adds to every promise.</param>
    /// <param name="leastMinutes">The shortest promise, in minutes.</param>
    public static Workload Of(
        int capacity,
        TicketsAhead ahead,
        IReadOnlyCollection<Ticket> cooked,
        IEnumerable<Ticket> driven,
        int extraMinutes,
        int leastMinutes
    )
    {
        var pizzas = PizzaTimes(cooked);
        var weight = pizzas.Sum(each => each.Pizzas);
        var mean = pizzas.Sum(each => each.Minutes * each.Pizzas) / weight;
        var variance = pizzas.Sum(each => each.Pizzas * Math.Pow(each.Minutes - mean, 2)) / weight;
        return new()
        {
            Capacity = capacity,
            Tickets = ahead.Cooking + ahead.Queued,
            PizzasAhead = Math.Round(ahead.QueuedPizzas + (CookingPart * ahead.CookingPizzas), 2),
            PizzaMinutes = Math.Round(mean, 2),
            PizzaMinutesDeviation = Math.Round(Math.Sqrt(variance), 2),
            SlowPizzaMinutes = Math.Round(EightiethPercentile(pizzas.Select(each => each.Minutes)), 2),
            RoadMinutes = RoadMinutes(driven),
            ExtraMinutes = extraMinutes,
            LeastMinutes = leastMinutes,
        };
    }

    // The values are bounded, so that a ticket that was marked ready at once, or forgotten, has little influence. Missing values up to the
    // full number count as the default. A ticket's minutes count once for each of its pizzas.
    private static List<(double Minutes, int Pizzas)> PizzaTimes(IEnumerable<Ticket> cooked)
    {
        var times = cooked
            .Where(ticket => ticket is { StartedAt: not null, ReadyAt: not null } && ticket.Pizzas() > 0)
            .Select(ticket =>
                (
                    Math.Clamp((ticket.ReadyAt!.Value - ticket.StartedAt!.Value).TotalMinutes / ticket.Pizzas(), Shortest, LongestPizza),
                    ticket.Pizzas()
                )
            )
            .Take(Recent)
            .ToList();
        times.AddRange(Enumerable.Repeat(((double)Workload.DefaultPizzaMinutes, 1), Recent - times.Count));
        return times;
    }

    private static int RoadMinutes(IEnumerable<Ticket> driven)
    {
        var minutes = driven
            .Where(ticket => ticket is { DepartedAt: not null, ArrivedAt: not null })
            .Select(ticket => Math.Clamp((ticket.ArrivedAt!.Value - ticket.DepartedAt!.Value).TotalMinutes, Shortest, LongestRoad))
            .Take(Recent)
            .ToList();
        return minutes.Count < FewestRoads ? Workload.DefaultRoadMinutes : (int)Math.Ceiling(EightiethPercentile(minutes));
    }

    private static double EightiethPercentile(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Ceiling(0.8 * sorted.Length) - 1];
    }
}

/// <summary>The tickets that are in the kitchen and not ready.</summary>
/// <param name="Cooking">The number of tickets that cook.</param>
/// <param name="CookingPizzas">The number of their pizzas.</param>
/// <param name="Queued">The number of tickets that wait.</param>
/// <param name="QueuedPizzas">The number of their pizzas.</param>
public sealed record TicketsAhead(int Cooking, int CookingPizzas, int Queued, double QueuedPizzas);
