using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.MenuService.Domain;

/// <summary>How busy the kitchen is, as it last said; the menu's own copy, so that a quote asks nobody.</summary>
public sealed class KitchenLoad : IDocument
{
    /// <summary>There is one kitchen.</summary>
    public const string TheOnlyId = "kitchen";

    private KitchenLoad() { }

    /// <inheritdoc/>
    public string Id { get; private set; } = TheOnlyId;

    /// <inheritdoc/>
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

    /// <summary>Nothing is known yet.</summary>
    public static KitchenLoad Unknown() => new();

    /// <summary>Takes over what the kitchen says, unless something newer is known.</summary>
    /// <returns>Whether it was news.</returns>
    public bool Observe(KitchenLoadChanged load)
    {
        if (load.LoadVersion <= LoadVersion)
        {
            return false;
        }

        (Capacity, Cooking, Queued) = (load.Capacity, load.Cooking, load.Queued);
        (AverageCookMinutes, LoadVersion) = (load.AverageCookMinutes, load.LoadVersion);
        return true;
    }
}
