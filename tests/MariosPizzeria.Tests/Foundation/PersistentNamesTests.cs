using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService;
using MariosPizzeria.MenuService;
using MariosPizzeria.OrderService;
using MariosPizzeria.Worker;
using MassTransit;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>
/// Running brokers and stores contain the names of queues, inbox keys, events and message types. Two releases side by side, and a
/// rollback, need them unchanged, whatever the names of the classes are.
/// </summary>
public sealed class PersistentNamesTests
{
    private const string MessageTypes = "urn:message:MariosPizzeria.Contracts.V1:";

    [Fact]
    public void Queues_and_inbox_keys_keep_their_names() =>
        Consumers(typeof(MenuRegistration))
            .Concat(Consumers(typeof(OrderRegistration)))
            .Concat(Consumers(typeof(KitchenRegistration)))
            .Concat(Consumers(typeof(Work)))
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "kitchen-delivery-failed DeliveryFailedConsumer",
                "kitchen-delivery-started DeliveryStartedConsumer",
                "kitchen-delivery-undone DeliveryUndoneConsumer",
                "kitchen-order-cancelled OrderCancelledConsumer",
                "kitchen-order-confirmed OrderConfirmedConsumer",
                "kitchen-order-delivered OrderDeliveredConsumer",
                "kitchen-order-late OrderLateConsumer",
                "menu-kitchen-load-changed KitchenLoadChangedConsumer",
                "menu-return-sold-out ReturnSoldOutConsumer",
                "order-cancel-unpaid-order CancelUnpaidOrder",
                "order-carry-out-cancellation CarryOutCancellation",
                "order-confirm-paid-order ConfirmPaidOrder",
                "order-note-cooking-started NoteCookingStarted",
                "order-note-kitchen-paused NoteKitchenPaused",
                "order-note-order-ready NoteOrderReady",
                "order-note-refund NoteRefund",
                "order-note-shop-changed NoteShopChanged",
                "order-note-ticket-step-undone NoteTicketStepUndone",
                "order-run-scheduled-job RunScheduledJob",
                "worker-accept-cash AcceptCash",
                "worker-alarm-managers AlarmManagers",
                "worker-charge-card ChargeCard",
                "worker-email-confirmation-requested EmailConfirmationRequestedConsumer",
                "worker-give-back GiveBack",
                "worker-mail-notification MailNotification",
                "worker-make-daily-report MakeDailyReport",
                "worker-notify-of-cancellation NotifyOfCancellation",
                "worker-notify-of-confirmation NotifyOfConfirmation",
                "worker-notify-of-delay NotifyOfDelay",
                "worker-notify-of-delivery NotifyOfDelivery",
                "worker-notify-of-failed-delivery NotifyOfFailedDelivery",
                "worker-notify-of-readiness NotifyOfReadiness",
                "worker-notify-of-refusal NotifyOfRefusal",
                "worker-notify-of-sold-out NotifyOfSoldOut",
            ]);

    [Fact]
    public void Events_keep_their_names_and_their_message_types() =>
        EventCatalog
            .All.Select(type => (type.Name, MessageUrn.ForTypeString(type)))
            .ShouldBe(
                new[]
                {
                    "CancellationRefused",
                    "CancellationRequested",
                    "CookingStarted",
                    "CustomerNotified",
                    "DeliveryFailed",
                    "DeliveryStarted",
                    "DeliveryUndone",
                    "EmailConfirmationRequested",
                    "KitchenLoadChanged",
                    "KitchenPaused",
                    "MenuChanged",
                    "OrderCancelled",
                    "OrderConfirmed",
                    "OrderDelivered",
                    "OrderLate",
                    "OrderPlaced",
                    "OrderReady",
                    "OrderRepaired",
                    "PaymentFailed",
                    "PaymentRefunded",
                    "PaymentRequested",
                    "PaymentSucceeded",
                    "RefundRequested",
                    "ScheduledJobDue",
                    "ShopChanged",
                    "TicketStepUndone",
                }.Select(name => (name, MessageTypes + name)),
                ignoreOrder: true
            );

    private static IEnumerable<string> Consumers(Type registration) =>
        registration
            .Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IConsumer)))
            .Select(ConsumerNamesAttribute.Of)
            .Select(names => $"{names.Queue} {names.InboxKey}");
}
