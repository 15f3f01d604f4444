using MariosPizzeria.Working.Analytics;
using MariosPizzeria.Working.Notifications;
using MariosPizzeria.Working.Payments;
using MassTransit;

namespace MariosPizzeria.Working;

/// <summary>The worker's table of contents: each consumer has a queue of its own, which all workers share.</summary>
public static class Work
{
    /// <summary>Payments, notifications and analytics, at the same time.</summary>
    public static void AddWork(this IBusRegistrationConfigurator bus)
    {
        // Cash and cards apart: a provider that is down must not keep those waiting who pay at the door.
        bus.AddConsumer<AcceptCash>();
        bus.AddConsumer<ChargeCard>();
        bus.AddConsumer<GiveBack>();

        bus.AddConsumer<NotifyOfConfirmation>();
        bus.AddConsumer<NotifyOfReadiness>();
        bus.AddConsumer<NotifyOfDelivery>();
        bus.AddConsumer<NotifyOfCancellation>();

        bus.AddConsumer<NoteStaleFigures>();
    }

    /// <summary>What the worker does without being told.</summary>
    public static IServiceCollection AddAnalytics(this IServiceCollection services) =>
        services.AddSingleton<CountFigures>().AddHostedService<FigureCounting>();
}
