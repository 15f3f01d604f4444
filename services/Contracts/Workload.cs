namespace MariosPizzeria.Contracts;

/// <summary>
/// The kitchen's work and speed: the whole input of a promise. Kitchen publishes it; every service that makes promises uses the same
/// function, <see cref="MinutesFor"/>.
/// </summary>
public sealed record Workload
{
    private const int Step = 5;
    private const int LongestMinutes = 24 * 60;

    /// <summary>The standard normal distribution's 80th percentile, in standard deviations above the mean.</summary>
    private const double EightyPercent = 0.8416;

    /// <summary>Minutes for a pizza, and for the road, if there are no data.</summary>
    public const int DefaultPizzaMinutes = 10;

    /// <inheritdoc cref="DefaultPizzaMinutes"/>
    public const int DefaultRoadMinutes = 20;

    /// <summary>The shortest promise in minutes, unless <c>Kitchen__LeastMinutes</c> sets another value.</summary>
    public const int DefaultLeastMinutes = 10;

    /// <summary>The workload that is assumed until the kitchen has published one.</summary>
    public static readonly Workload Unknown = new() { Capacity = 1 };

    /// <summary>Tickets that can cook at the same time, at least 1.</summary>
    public required int Capacity { get; init; }

    /// <summary>Tickets that wait or cook.</summary>
    public int Tickets { get; init; }

    /// <summary>Pizzas to be made before an order that is placed now is started; pizzas that cook count in part.</summary>
    public double PizzasAhead { get; init; }

    /// <summary>Mean cooking time of a pizza, in minutes.</summary>
    public double PizzaMinutes { get; init; } = DefaultPizzaMinutes;

    /// <summary>Standard deviation of that time, in minutes.</summary>
    public double PizzaMinutesDeviation { get; init; }

    /// <summary>80th percentile of that time, in minutes.</summary>
    public double SlowPizzaMinutes { get; init; } = DefaultPizzaMinutes;

    /// <summary>80th percentile of the time on the road, in whole minutes.</summary>
    public int RoadMinutes { get; init; } = DefaultRoadMinutes;

    /// <summary>Minutes that the manager adds to every promise on a busy evening.</summary>
    public int ExtraMinutes { get; init; }

    /// <summary>The shortest promise, in minutes.</summary>
    public int LeastMinutes { get; init; } = DefaultLeastMinutes;

    /// <summary>
    /// Returns the minutes from now within which 80 % of the customers have an order of so many pizzas in hand, rounded up to a multiple of
    /// five. They increase, and never decrease, with the work ahead and with the size of the order.
    /// </summary>
    /// <remarks>
    /// The order waits for the work ahead, which the kitchen's slots share; if a slot is free, it does not wait. Then its own pizzas are
    /// made in one slot. Both parts vary independently, so their deviations add up by their squares.
    /// </remarks>
    /// <param name="pizzas">The number of pizzas, at least 1.</param>
    public PromisedMinutes MinutesFor(int pizzas)
    {
        var capacity = Math.Max(1, Capacity);
        var ahead = Tickets < capacity ? 0 : Math.Max(0, PizzasAhead);
        var mean = PizzaMinutes * ((ahead / capacity) + pizzas);
        var aheadDeviation = EightyPercent * PizzaMinutesDeviation * Math.Sqrt(ahead) / capacity;
        var ownDeviation = Math.Max(0, SlowPizzaMinutes - PizzaMinutes) * pizzas;
        var minutes = mean + Math.Sqrt((aheadDeviation * aheadDeviation) + (ownDeviation * ownDeviation)) + ExtraMinutes;
        return new(Rounded(minutes), Rounded(minutes + RoadMinutes), RoadMinutes);
    }

    // A result slightly above a whole number of minutes, caused by rounding errors, counts as that number.
    private int Rounded(double minutes) =>
        Math.Max(LeastMinutes, (int)Math.Ceiling((Math.Min(minutes, LongestMinutes) - 1e-6) / Step) * Step);
}

/// <summary>What an order that is placed now would be promised, in minutes from now.</summary>
/// <param name="Pickup">Minutes until it can be fetched.</param>
/// <param name="Delivery">Minutes until it is at the door.</param>
/// <param name="Road">The part of <paramref name="Delivery"/> that is planned for the road.</param>
public sealed record PromisedMinutes(int Pickup, int Delivery, int Road);
