namespace MariosPizzeria.Gateway.Web;

/// <summary>How a ticket stands against the time its customer was promised.</summary>
internal enum Urgency
{
    OnTime,
    Soon,
    Late,
}

/// <summary>A promised time, looked at now. <c>kitchen.js</c> counts on by the same rules while no page comes through.</summary>
/// <param name="At">When it is to be kept.</param>
/// <param name="Now">When it is looked at.</param>
internal sealed record Promise(DateTimeOffset At, DateTimeOffset Now)
{
    /// <summary>With this many minutes or less, it is high time.</summary>
    public const int SoonMinutes = 5;

    private double Left => (At - Now).TotalMinutes;

    /// <summary>Whole minutes until then, or since; at least one.</summary>
    public int Minutes => Math.Max(1, (int)Math.Ceiling(Math.Abs(Left)));

    /// <summary>How it stands.</summary>
    public Urgency Urgency =>
        Left <= 0 ? Urgency.Late
        : Left <= SoonMinutes ? Urgency.Soon
        : Urgency.OnTime;
}
