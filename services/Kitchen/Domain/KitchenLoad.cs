using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.KitchenService.Domain;

/// <summary>How busy the kitchen is, as others were last told.</summary>
public sealed class KitchenLoad : IDocument
{
    /// <summary>There is one kitchen.</summary>
    public const string TheOnlyId = "load";

    private KitchenLoad() { }

    /// <inheritdoc/>
    public string Id { get; private set; } = TheOnlyId;

    /// <inheritdoc/>
    public long Version { get; set; }

    /// <summary>What was published; null before the first time.</summary>
    public LoadFigures? Figures { get; private set; }

    /// <summary>When it was published.</summary>
    public DateTimeOffset PublishedAt { get; private set; }

    /// <summary>Nobody was told anything yet.</summary>
    public static KitchenLoad Unpublished() => new();

    /// <summary>Tells the others, if there is anything to tell.</summary>
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
            }.Because(cause),
        ];
    }
}

/// <summary>The figures that an estimate is made from.</summary>
/// <param name="Capacity">Tickets that can cook at the same time.</param>
/// <param name="Cooking">Tickets that cook.</param>
/// <param name="Queued">Tickets that wait.</param>
/// <param name="AverageCookMinutes">Mean of the recent cooking times, in minutes.</param>
public sealed record LoadFigures(int Capacity, int Cooking, int Queued, double AverageCookMinutes);

/// <summary>How long tickets cook.</summary>
public static class CookingTime
{
    /// <summary>The mean while no ticket has been cooked, in minutes.</summary>
    public const double DefaultMinutes = 10;

    /// <summary>How many of the last tickets the mean is taken over.</summary>
    public const int Recent = 20;

    /// <summary>Mean from start to ready of tickets that were cooked, in minutes with two decimals.</summary>
    public static double MeanMinutes(IEnumerable<Ticket> cooked)
    {
        double[] minutes = [.. cooked.Where(ticket => ticket is { StartedAt: not null, ReadyAt: not null }).Select(Minutes)];
        return minutes.Length == 0 ? DefaultMinutes : Math.Round(minutes.Average(), 2);
    }

    private static double Minutes(Ticket ticket) => Math.Max(0, (ticket.ReadyAt!.Value - ticket.StartedAt!.Value).TotalMinutes);
}
