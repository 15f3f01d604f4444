using MariosPizzeria.Gateways.Clients;

namespace MariosPizzeria.Gateways.Web;

/// <summary>The words of the System page.</summary>
internal sealed partial class Texts
{
    public string System => Say("System", "Sistema");
    public string Replicas => Say("Replicas", "Repliche");
    public string ReplicasHint =>
        Say(
            "Every replica that this gateway is told of, asked just now how it is.",
            "Ogni replica che questo gateway conosce, interrogata proprio ora."
        );
    public string BackingServices => Say("Its backing services", "I suoi servizi di supporto");
    public string NoReplicas => Say("This gateway is told of no replica.", "Questo gateway non conosce nessuna replica.");
    public string StoryOfAnOrder => Say("The story of an order", "La storia di un ordine");
    public string StoryHint =>
        Say(
            "What happened to it, when, by whom, and in which trace.",
            "Che cosa gli è successo, quando, per mano di chi e in quale traccia."
        );
    public string OrderNumber => Say("Order number", "Numero d'ordine");
    public string ShowStory => Say("Tell it", "Raccontala");
    public string StoryNeedsSignIn => Say("Sign in to read it.", "Accedi per leggerla.");
    public string NoSuchOrder =>
        Say("There is no order of this number that you may see.", "Non c'è nessun ordine con questo numero che tu possa vedere.");
    public string When => Say("When (UTC)", "Quando (UTC)");
    public string AfterThat => Say("After", "Dopo");
    public string TraceLabel => Say("Trace", "Traccia");
    public string GoToOrder => Say("Go to the order", "Vai all'ordine");

    public string Seconds(TimeSpan time) =>
        time.TotalMinutes >= 1
            ? Say($"{Number((decimal)time.TotalMinutes, 1)} min", $"{Number((decimal)time.TotalMinutes, 1)} min")
            : $"{Number((decimal)time.TotalSeconds, 2)} s";

    public string Of(ReplicaStatus status) =>
        status switch
        {
            ReplicaStatus.Ready => Say("ready", "pronta"),
            ReplicaStatus.Degraded => Say("degraded", "ridotta"),
            ReplicaStatus.NotReady => Say("not ready", "non pronta"),
            _ => Say("does not answer", "non risponde"),
        };

    public string ReadyOf(int ready, int all) => Say($"{ready} of {all} replicas are ready.", $"{ready} repliche su {all} sono pronte.");

    /// <summary>An event of an order's story; one that is new to the translator by its own name.</summary>
    public string StoryEvent(string type) =>
        type switch
        {
            "OrderPlaced" => Say("Order placed", "Ordine ricevuto"),
            "OrderConfirmed" => Say("Order confirmed", "Ordine confermato"),
            "OrderCancelled" => Say("Order cancelled", "Ordine annullato"),
            "PaymentRequested" => Say("Payment requested", "Pagamento richiesto"),
            "PaymentSucceeded" => Say("Payment succeeded", "Pagamento riuscito"),
            "PaymentFailed" => Say("Payment failed", "Pagamento non riuscito"),
            "CookingStarted" => Say("Cooking started", "In forno"),
            "OrderReady" => Say("Out of the oven", "Sfornato"),
            "DeliveryStarted" => Say("Delivery started", "Consegna iniziata"),
            "OrderDelivered" => Say("Order delivered", "Ordine consegnato"),
            "OrderLate" => Say("Order late", "Ordine in ritardo"),
            _ => type,
        };
}
