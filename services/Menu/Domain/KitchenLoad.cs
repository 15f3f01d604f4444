namespace MariosPizzeria.MenuService.Domain;

/// <summary>The kitchen's load that was published last: the menu's own copy, so that a quote needs no call to another service.</summary>
public sealed class KitchenLoad : IDocument
{
    /// <summary>Id of the only document.</summary>
    public const string SingletonId = "kitchen";

    private KitchenLoad() { }

    public string Id { get; private set; } = SingletonId;

    public long Version { get; set; }

    /// <summary>Tickets that can cook at the same time.</summary>
    public int Capacity { get; private set; }

    /// <summary>Tickets that cook.</summary>
    public int Cooking { get; private set; }

    /// <summary>Tickets that wait.</summary>
    public int Queued { get; private set; }

    /// <summary>Mean of the recent cooking times, in minutes.</summary>
    public double AverageCookMinutes { get; private set; }

    /// <summary>The kitchen's count of its publications.</summary>
    public long LoadVersion { get; private set; }

    /// <summary>The input of promises, as the kitchen published it; null from an earlier release.</summary>
    public Workload? HasFigures { get; private set; }

    /// <summary>
    /// Returns the input of promises. A kitchen of an earlier release counts tickets: each of them is counted as one pizza.
    /// </summary>
    public Workload Workload() =>
        HasFigures
        ?? (
            Capacity == 0
                ? Contracts.Workload.Unknown
                : new()
                {
                    Capacity = Capacity,
                    Tickets = Cooking + Queued,
                    PizzasAhead = Queued,
                }
        );

    /// <summary>Creates a load of which nothing is known yet.</summary>
    public static KitchenLoad Unknown() => new();

    /// <summary>Applies a published load, unless a newer one is known.</summary>
    /// <returns>Whether it was newer.</returns>
    public bool Observe(KitchenLoadChanged load)
    {
        if (load.LoadVersion <= LoadVersion)
        {
            return false;
        }

        (Capacity, Cooking, Queued) = (load.Capacity, load.Cooking, load.Queued);
        (AverageCookMinutes, HasFigures, LoadVersion) = (load.AverageCookMinutes, load.Workload, load.LoadVersion);
        return true;
    }
}
