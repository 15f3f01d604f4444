using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.ServiceDefaults.Streaming;
using MariosPizzeria.Worker.Analytics;
using MariosPizzeria.Worker.Mail;
using MariosPizzeria.Worker.Notifications;
using MariosPizzeria.Worker.Payments;
using MariosPizzeria.Worker.Reports;
using MassTransit;

namespace MariosPizzeria.Worker;

/// <summary>The worker's table of contents: each consumer has a queue of its own, which all workers share.</summary>
public static class Work
{
    /// <summary>The queues that are as long as the payment provider or the mail server makes them wait.</summary>
    internal static readonly string[] PacedFromOutside = ["worker-charge-card", "worker-give-back", "worker-mail-notification"];

    /// <summary>Payments, notifications, mail and analytics, at the same time.</summary>
    public static void AddWork(this IBusRegistrationConfigurator bus)
    {
        // Cash and cards apart: a provider that is down must not keep those waiting who pay at the door.
        bus.AddNamedConsumer<CashPaymentRequestedConsumer>();
        bus.AddNamedConsumer<CardPaymentRequestedConsumer>();
        bus.AddNamedConsumer<RefundRequestedConsumer>();

        bus.AddNamedConsumer<OrderConfirmedConsumer>();
        bus.AddNamedConsumer<OrderReadyConsumer>();
        bus.AddNamedConsumer<OrderDeliveredConsumer>();
        bus.AddNamedConsumer<OrderCancelledConsumer>();
        bus.AddNamedConsumer<OrderLateConsumer>();
        bus.AddNamedConsumer<CancellationRefusedConsumer>();
        bus.AddNamedConsumer<MenuChangedConsumer>();
        bus.AddNamedConsumer<OrderLateManagerConsumer>();
        bus.AddNamedConsumer<CustomerNotifiedConsumer>();
        bus.AddNamedConsumer<EmailConfirmationRequestedConsumer>();

        bus.AddNamedConsumer<OrderChangedConsumer>();
        bus.AddNamedConsumer<ScheduledJobDueConsumer>();
    }

    /// <summary>What the consumers share, and what the worker does without being told.</summary>
    public static IServiceCollection AddWorkHandlers(this IServiceCollection services) =>
        services
            .AddSingleton<Notifier>()
            .AddSingleton<PaymentMetrics>()
            .AddSingleton<CountFigures>()
            .AddHostedService<FigureCounting>()
            .AddChangeHints<FigureDay>(OrderDocuments.FigureChannel);
}
