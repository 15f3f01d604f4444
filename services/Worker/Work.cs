using MariosPizzeria.BuildingBlocks.Scheduling;
using MariosPizzeria.Worker.Notifications;
using MariosPizzeria.Worker.Payments;
using MariosPizzeria.Worker.Reports;

namespace MariosPizzeria.Worker;

/// <summary>The worker's services besides its consumers.</summary>
public static class Work
{
    /// <summary>The queues whose length depends on the response times of the payment provider or the mail server.</summary>
    internal static readonly string[] PacedFromOutside = ["worker-charge-card", "worker-give-back", "worker-mail-notification"];

    /// <summary>A queue of an earlier release, whose messages marked running totals as stale; reports are summed from the orders now.</summary>
    internal static readonly RetiredQueue StaleFigures = new("worker-note-stale-figures");

    /// <summary>Adds the services that the consumers share, and the worker's background work.</summary>
    public static IServiceCollection AddWorkHandlers(this IServiceCollection services) =>
        services.AddSingleton(StaleFigures).AddSingleton<Notifier>().AddSingleton<PaymentMetrics>().AddScheduledJob<MakeDailyReport>();
}
