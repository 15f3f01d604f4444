namespace MariosPizzeria.KitchenService.Domain;

/// <summary>The settings of the shop that a manager makes: opening hours and extra minutes. There is one document.</summary>
public sealed class ShopSettings : IDocument
{
    /// <summary>Id of the only shop.</summary>
    public const string SingletonId = "shop";

    /// <summary>The maximum number of minutes that can be added to every promise.</summary>
    public const int MaxExtraMinutes = 120;

    private ShopSettings() { }

    public string Id { get; private set; } = SingletonId;

    public long Version { get; set; }

    /// <summary>The opening hours.</summary>
    public IReadOnlyList<OpeningPeriod> Hours { get; private set; } = OpeningHours.Always.Periods;

    /// <summary>Minutes that are added to every promise, 0–120.</summary>
    public int ExtraMinutes { get; private set; }

    /// <summary>Creates the settings of a shop without changes by a manager: the configured hours.</summary>
    public static ShopSettings Initial(OpeningHours hours) => new() { Hours = hours.Periods };

    /// <summary>Returns the event that publishes the initial hours.</summary>
    public IReadOnlyList<Event> Begin(Cause cause) => [Changed(cause)];

    /// <summary>Sets the opening hours.</summary>
    public Result<IReadOnlyList<Event>> SetHours(IReadOnlyList<OpeningPeriod> hours, Cause cause)
    {
        if (Hours.SequenceEqual(hours))
        {
            return Array.Empty<Event>();
        }

        Hours = hours;
        return new[] { Changed(cause) };
    }

    /// <summary>Sets the extra minutes.</summary>
    public Result<IReadOnlyList<Event>> SetExtraMinutes(int minutes, Cause cause)
    {
        if (ExtraMinutes == minutes)
        {
            return Array.Empty<Event>();
        }

        ExtraMinutes = minutes;
        return new[] { Changed(cause) };
    }

    private Event Changed(Cause cause) =>
        new ShopChanged
        {
            Hours = Hours,
            ExtraMinutes = ExtraMinutes,
            ShopVersion = Version + 1,
        }.Because(cause);
}
