namespace MariosPizzeria.KitchenService.Domain;

/// <summary>The kitchen's load that was last published.</summary>
public sealed class KitchenLoad : IDocument
{
    /// <summary>Id of the only load document.</summary>
    public const string SingletonId = "load";

    private KitchenLoad() { }

    public string Id { get; private set; } = SingletonId;

    public long Version { get; set; }

    /// <summary>The published figures; null before the first publication.</summary>
    public LoadFigures? Figures { get; private set; }

    /// <summary>When it was published.</summary>
    public DateTimeOffset PublishedAt { get; private set; }

    /// <summary>Creates a load that was never published.</summary>
    public static KitchenLoad Unpublished() => new();

    /// <summary>Returns the event to publish, if the load has changed.</summary>
    public IReadOnlyList<Event> Publish(LoadFigures figures, Cause cause)
    {
        if (Figures == figures)
        {
            return [];
        }

        (Figures, PublishedAt) = (figures, cause.At);
        return
        [
            new KitchenLoadChanged
            {
                Capacity = figures.Capacity,
                Cooking = figures.Cooking,
                Queued = figures.Queued,
                AverageCookMinutes = figures.AverageCookMinutes,
                LoadVersion = Version + 1,
                Workload = figures.Workload,
            }.Because(cause),
        ];
    }
}

/// <summary>The figures that estimates are computed from.</summary>
/// <param name="Capacity">Tickets that can cook at the same time.</param>
/// <param name="Cooking">Tickets that cook.</param>
/// <param name="Queued">Tickets that wait.</param>
/// <param name="AverageCookMinutes">Mean of the recent cooking times, in minutes.</param>
/// <param name="Workload">The input of promises; null if an earlier release stored it.</param>
public sealed record LoadFigures(int Capacity, int Cooking, int Queued, double AverageCookMinutes, Workload? Workload);

/// <summary>How long tickets cook.</summary>
public static class CookingTime
{
    /// <summary>The mean until a ticket has been cooked, in minutes.</summary>
    public const double DefaultMinutes = Workload.DefaultPizzaMinutes;

    /// <summary>The number of last tickets from which the mean is computed.</summary>
    public const int Recent = 20;

    /// <summary>Returns the mean time from start to ready of cooked tickets, in minutes with two decimals.</summary>
    public static double MeanMinutes(IEnumerable<Ticket> cooked)
    {
        double[] minutes = [.. cooked.Where(ticket => ticket is { StartedAt: not null, ReadyAt: not null }).Select(Minutes)];
        return minutes.Length == 0 ? DefaultMinutes : Math.Round(minutes.Average(), 2);
    }

    private static double Minutes(Ticket ticket) => Math.Max(0, (ticket.ReadyAt!.Value - ticket.StartedAt!.Value).TotalMinutes);
}
