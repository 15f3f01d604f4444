namespace MariosPizzeria.Ordering;

/// <summary>The jobs that the scheduler tells Order about, by name.</summary>
public static class ScheduledJobs
{
    /// <summary>Cancels orders whose payment was never heard of.</summary>
    public const string ExpireUnpaid = "expire-unpaid";
}
