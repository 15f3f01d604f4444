using MariosPizzeria.Gateway.Clients;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The words of the System page.</summary>
internal sealed partial class Texts
{
    public string System => Say("System", "Sistema");
    public string Replicas => Say("Processes", "Processi");
    public string ReplicasHint =>
        Say(
            "This gateway and every replica that it is told of, asked just now how they are. Where nobody listens, the address is kept for a stand-in, or a process is being started.",
            "Questo gateway e ogni replica che conosce, interrogati proprio ora. Dove nessuno è in ascolto, l'indirizzo è tenuto per una sostituta, o un processo si sta avviando."
        );
    public string BackingServices => Say("Its backing services", "I suoi servizi di supporto");
    public string NoReplicas => Say("This gateway is told of no replica.", "Questo gateway non conosce nessuna replica.");
    public string Messages => Say("Messages", "Messaggi");
    public string MessagesHint =>
        Say(
            "What each process has yet to publish, what waits in its queues, and what it could not handle and laid aside.",
            "Che cosa ogni processo deve ancora pubblicare, che cosa aspetta nelle sue code e che cosa non è riuscito a trattare e ha messo da parte."
        );
    public string MessagesNeedManager => Say("Sign in as a manager to see them.", "Accedi come responsabile per vederli.");
    public string Outbox => Say("Yet to be published", "Da pubblicare");
    public string InQueues => Say("Waiting in queues", "In attesa nelle code");
    public string LaidAside => Say("Laid aside", "Messi da parte");
    public string QueuesOf => Say("The queues", "Le code");
    public string Queue => Say("Queue", "Coda");
    public string Waiting => Say("Waiting", "In attesa");
    public string Consumers => Say("Consumers", "Consumatori");
    public string NoBroker => Say("There is no broker.", "Non c'è un broker.");
    public string BrokerIsAway => Say("The broker does not answer.", "Il broker non risponde.");
    public string DoesNotAnswer => Say("It does not answer.", "Non risponde.");
    public string NothingLaidAside => Say("Nothing was laid aside.", "Niente è stato messo da parte.");
    public string NeverReturned => Say("Its consumer never returned.", "Il suo consumatore non è mai tornato.");
    public string TheMessage => Say("The message", "Il messaggio");
    public string SendAgain => Say("Send again", "Rimanda");
    public string YesSendAgain => Say("Yes, send again", "Sì, rimanda");
    public string Explained => Say("Down to its messages and retries", "Fino ai messaggi e ai tentativi");

    public string OldestSince(TimeSpan age) => Say($"the oldest for {Seconds(age)}", $"il più vecchio da {Seconds(age)}");

    public string AsMany(int count, int bound) =>
        count >= bound ? Say($"{Number(bound)} or more", $"{Number(bound)} o più") : Number(count);

    public string LaidAsideBy(string service, long count) =>
        count == 1
            ? Say($"1 message that {service} laid aside", $"1 messaggio messo da parte da {service}")
            : Say($"{Number(count)} messages that {service} laid aside", $"{Number(count)} messaggi messi da parte da {service}");

    public string SeeThem => Say("see below", "vedi sotto");

    public string ShownOf(int shown) => Say($"{shown} of them here:", $"Qui {shown} di loro:");

    public string ReallySendAgain(long count) =>
        count == 1
            ? Say(
                "It goes back into its queue and is handled anew. Do so once what it failed of is mended.",
                "Torna nella sua coda e viene trattato di nuovo. Fallo quando la causa è stata riparata."
            )
            : Say(
                $"All {Number(count)} go back into their queues and are handled anew. Do so once what they failed of is mended.",
                $"Tutti e {Number(count)} tornano nelle loro code e vengono trattati di nuovo. Fallo quando la causa è stata riparata."
            );

    public string Retried(string retries) =>
        retries == "1" ? Say("tried again once", "ritentato una volta") : Say($"tried again {retries} times", $"ritentato {retries} volte");

    public string SentAgain(string service, int count) =>
        count == 1
            ? Say($"1 message of {service} is on its way again.", $"1 messaggio di {service} è di nuovo in viaggio.")
            : Say(
                $"{Number(count)} messages of {service} are on their way again.",
                $"{Number(count)} messaggi di {service} sono di nuovo in viaggio."
            );

    public string StoryOfAnOrder => Say("The story of an order", "La storia di un ordine");
    public string StoryHint =>
        Say(
            "What happened to it, when, by whom, and in which trace.",
            "Che cosa gli è successo, quando, per mano di chi e in quale traccia."
        );
    public string OrderNumber => Say("Order number", "Numero d'ordine");
    public string OrderNumberRule =>
        Say("As it is printed: the first 6 or more letters and digits.", "Come è stampato: le prime 6 o più lettere e cifre.");
    public string FindOrder => Say("Find it", "Trovalo");
    public string SeveralOrders => Say("Several orders begin like this:", "Diversi ordini cominciano così:");
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
            ReplicaStatus.Unreachable => Say("does not answer", "non risponde"),
            _ => Say("nobody listens", "nessuno in ascolto"),
        };

    public string ReadyOf(int ready, int all) => Say($"{ready} of {all} replicas are ready.", $"{ready} repliche su {all} sono pronte.");

    public string NobodyAnswersFor(IEnumerable<string> services) =>
        Say($"Nobody answers for: {string.Join(", ", services)}.", $"Nessuno risponde per: {string.Join(", ", services)}.");

    public string ReadyReplicas(int ready) =>
        ready switch
        {
            0 => Say("no replica is ready", "nessuna replica pronta"),
            1 => Say("1 replica ready", "1 replica pronta"),
            _ => Say($"{ready} replicas ready", $"{ready} repliche pronte"),
        };

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
