using System.Globalization;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>
/// The state of the kitchen and the shop, as known from their events: whether orders are accepted. There is one document.
/// </summary>
public sealed class KitchenState : IDocument
{
    /// <summary>The id of the only document.</summary>
    public const string SingletonId = "kitchen";

    // The end of a pause is not known in advance.
    private static readonly TimeSpan TryAgainAfterPause = TimeSpan.FromMinutes(1);

    // Used if the opening hours contain no further opening.
    private static readonly TimeSpan TryAgainAfterClosing = TimeSpan.FromHours(1);

    private KitchenState() { }

    public string Id { get; private set; } = SingletonId;
    public long Version { get; set; }
    public bool Paused { get; private set; }
    public string? Reason { get; private set; }

    /// <summary>The version of Kitchen's document that this state was taken from.</summary>
    public long KitchenVersion { get; private set; }

    /// <summary>The opening hours; null before the first event, which means open.</summary>
    public IReadOnlyList<OpeningPeriod>? Hours { get; private set; }

    /// <summary>The version of the shop's document that the hours were taken from.</summary>
    public long ShopVersion { get; private set; }

    /// <summary>Returns the state before the first event: not paused, and open.</summary>
    public static KitchenState Initial() => new();

    /// <summary>Applies an event, unless a newer one was applied before.</summary>
    /// <returns>Whether the event was newer than the stored state.</returns>
    public bool Apply(KitchenPaused paused)
    {
        if (paused.KitchenVersion <= KitchenVersion)
        {
            return false;
        }

        (Paused, Reason, KitchenVersion) = (paused.Paused, paused.Reason, paused.KitchenVersion);
        return true;
    }

    /// <summary>Applies an event, unless a newer one was applied before.</summary>
    /// <returns>Whether the event was newer than the stored state.</returns>
    public bool Apply(ShopChanged shop)
    {
        if (shop.ShopVersion <= ShopVersion)
        {
            return false;
        }

        (Hours, ShopVersion) = (shop.Hours, shop.ShopVersion);
        return true;
    }

    /// <summary>Returns why an order for now is refused: <c>shop-closed</c> or <c>kitchen-paused</c>; null if it is accepted.</summary>
    public Error? RefusalAt(DateTimeOffset now, BusinessDays days)
    {
        if (Hours is not null && new OpeningHours(Hours) is var hours && !hours.IsOpenAt(now, days))
        {
            var opensAt = hours.OpensAt(now, days);
            return new(
                ErrorCodes.ShopClosed,
                opensAt is { } opens
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"The shop is closed. It opens on {days.Local(opens):dddd, d MMMM, 'at' HH:mm} ({days.Zone.Id})."
                    )
                    : "The shop is closed."
            )
            {
                RetryAfter = opensAt - now ?? TryAgainAfterClosing,
            };
        }

        return Paused
            ? new Error(ErrorCodes.KitchenPaused, Reason ?? "The kitchen takes no orders right now.") { RetryAfter = TryAgainAfterPause }
            : null;
    }
}
