namespace MariosPizzeria.Gateway.Web;

/// <summary>The urgency of a ticket with regard to its promised time.</summary>
internal enum Urgency
{
    OnTime,
    Soon,
    Late,
}

/// <summary>A promised time compared with the current time. <c>kitchen.js</c> uses the same rules between page updates.</summary>
/// <param name="At">The promised time.</param>
/// <param name="Now">The current time.</param>
internal sealed record Promise(DateTimeOffset At, DateTimeOffset Now)
{
    /// <summary>The number of minutes left from which a ticket is urgent.</summary>
    public const int SoonMinutes = 5;

    private double Left => (At - Now).TotalMinutes;

    /// <summary>The whole minutes until the promised time, or since then; at least one.</summary>
    public int Minutes => Math.Max(1, (int)Math.Ceiling(Math.Abs(Left)));

    /// <summary>The urgency.</summary>
    public Urgency Urgency =>
        Left <= 0 ? Urgency.Late
        : Left <= SoonMinutes ? Urgency.Soon
        : Urgency.OnTime;
}
