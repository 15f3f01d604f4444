namespace MariosPizzeria.Contracts.V1;

/// <summary>The jobs for which the scheduler publishes events, by the name in <see cref="ScheduledJobDue.Job"/>.</summary>
public static class ScheduledJobs
{
    /// <summary>Order: cancels orders whose payment result did not arrive.</summary>
    public const string ExpireUnpaid = "expire-unpaid";

    /// <summary>Order: publishes events again that seem to be lost.</summary>
    public const string TellAgain = "tell-again";

    /// <summary>Order: raises the alarm for orders that are due and not ready.</summary>
    public const string LateOrders = "late-orders";

    /// <summary>Worker: makes the report of the business day that has ended.</summary>
    public const string DailyReport = "daily-report";

    /// <summary>Order: deletes old notifications.</summary>
    public const string Prune = "prune";

    /// <summary>Menu: makes sold-out pizzas available again in the morning.</summary>
    public const string ReturnSoldOut = "return-sold-out";
}
