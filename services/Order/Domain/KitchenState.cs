using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>What Order knows of the kitchen from its events: whether it takes orders. There is one.</summary>
public sealed class KitchenState : IDocument
{
    /// <summary>Id of the only one.</summary>
    public const string OnlyId = "kitchen";

    private KitchenState() { }

    public string Id { get; private set; } = OnlyId;
    public long Version { get; set; }
    public bool Paused { get; private set; }
    public string? Reason { get; private set; }

    /// <summary>Version of the kitchen's own document that this was learned from.</summary>
    public long KitchenVersion { get; private set; }

    /// <summary>Before the first event: not paused.</summary>
    public static KitchenState Unheard() => new();

    /// <summary>Takes an event over unless a newer one was.</summary>
    /// <returns>Whether it was newer.</returns>
    public bool Apply(KitchenPaused paused)
    {
        if (paused.KitchenVersion <= KitchenVersion)
        {
            return false;
        }

        (Paused, Reason, KitchenVersion) = (paused.Paused, paused.Reason, paused.KitchenVersion);
        return true;
    }
}
