namespace MariosPizzeria.Contracts.V1;

/// <summary>The jobs that the scheduler tells the time of, by the name in <see cref="ScheduledJobDue.Job"/>.</summary>
public static class ScheduledJobs
{
    /// <summary>Order: cancels orders whose payment was never heard of.</summary>
    public const string ExpireUnpaid = "expire-unpaid";

    /// <summary>Order: tells again what nobody seems to have heard.</summary>
    public const string TellAgain = "tell-again";

    /// <summary>Order: raises the alarm over orders that are not ready though their time has come.</summary>
    public const string LateOrders = "late-orders";

    /// <summary>Worker: reports the day that is over.</summary>
    public const string DailyReport = "daily-report";

    /// <summary>Order: removes notifications that nobody will look for any more.</summary>
    public const string Prune = "prune";

    /// <summary>Menu: brings sold-out pizzas back in the morning.</summary>
    public const string ReturnSoldOut = "return-sold-out";
}
