namespace MariosPizzeria.Contracts.V1;

/// <summary>The jobs that the scheduler tells the time of, by the name in <see cref="ScheduledJobDue.Job"/>.</summary>
public static class ScheduledJobs
{
    /// <summary>Order: cancels orders whose payment was never heard of.</summary>
    public const string ExpireUnpaid = "expire-unpaid";

    /// <summary>Menu: brings sold-out pizzas back in the morning.</summary>
    public const string ReturnSoldOut = "return-sold-out";
}
