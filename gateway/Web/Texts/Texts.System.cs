namespace MariosPizzeria.Gateway.Web;

internal sealed partial class Texts
{
    public string System => Format("System", "Sistema");
    public string Replicas => Format("What is running", "Che cosa è in funzione");
    public string ReplicasHint =>
        Format(
            "Each process of the pizzeria, asked just now. With two gateways this is the one that answered you.",
            "Ogni processo della pizzeria, interrogato proprio ora. Con due gateway, questo è quello che ti ha risposto."
        );
    public string NoReplicas => Format("This gateway knows of no other process.", "Questo gateway non conosce nessun altro processo.");
    public string SomethingIsDown => Format("Something is down.", "Qualcosa non funziona.");
    public string ProcessName => Format("Process", "Processo");
    public string ProcessState => Format("State", "Stato");
    public string RunningSince => Format("Running since", "In funzione dal");
    public string Restarts => Format("Restarts", "Riavvii");
    public string Version => Format("Version", "Versione");
    public string MostAnswered => Format("95 of 100 requests within", "95 richieste su 100 entro");
    public string LogLines => Format("Log", "Registro");
    public string LastLines => Format("last lines", "ultime righe");
    public string WholeLog => Format("whole log", "tutto il registro");
    public string ForManagers => Format("for managers", "per i responsabili");
    public string NotKnown => Format("not known here", "non noto qui");
    public string NoRequests => Format("no requests yet", "ancora nessuna richiesta");
    public string Spare => Format("kept free for a replacement", "tenuto libero per una sostituzione");
    public string NotKnownHint =>
        Format(
            "Restarts and log lines are known where the pizzeria is run by ./pizzeria. Elsewhere the platform counts and keeps them.",
            "Riavvii e righe del registro sono noti dove la pizzeria è avviata con ./pizzeria. Altrove li conta e li tiene la piattaforma."
        );
    public string BackToSystem => Format("Back to the system", "Torna al sistema");
    public string NoLogHere =>
        Format(
            "This process has no log lines that can be shown here. The platform that runs it keeps them.",
            "Questo processo non ha righe di registro da mostrare qui. Le tiene la piattaforma che lo esegue."
        );
    public string Why => Format("Why:", "Perché:");
    public string Messages => Format("Waiting messages", "Messaggi in attesa");
    public string MessagesHint =>
        Format(
            "The processes tell each other of every step by messages. How many each has still to send, and how many wait for it.",
            "I processi si comunicano ogni passo con messaggi. Quanti ne deve ancora inviare ciascuno e quanti lo aspettano."
        );
    public string MessagesNeedManager => Format("Sign in as a manager to see them.", "Accedi come responsabile per vederli.");
    public string FailedHint =>
        Format(
            "A process could not handle these, even after retries. Nothing is lost: fix the cause, then send them again.",
            "Un processo non è riuscito a trattarli, per quanto abbia provato. Nulla è perso: ripara la causa, poi rimandali."
        );
    public string Outbox => Format("Still to be sent", "Da inviare");
    public string InQueues => Format("Waiting to be handled", "In attesa di essere trattati");
    public string FailedMessages => Format("Failed messages", "Messaggi non riusciti");
    public string QueuesOf => Format("The queues", "Le code");
    public string Queue => Format("Queue", "Coda");
    public string Waiting => Format("Waiting", "In attesa");
    public string Consumers => Format("Handled by", "Trattata da");
    public string NoBroker => Format("There is no message broker.", "Non c'è un broker di messaggi.");
    public string BrokerIsAway =>
        Format("The message broker (RabbitMQ) does not answer.", "Il broker di messaggi (RabbitMQ) non risponde.");
    public string IsBeingStarted => Format("It is being started.", "Si sta avviando.");
    public string DoesNotAnswer => Format("It does not answer.", "Non risponde.");
    public string NoFailedMessages => Format("No message has failed.", "Nessun messaggio è fallito.");
    public string NeverReturned => Format("The process ended each time it tried.", "Il processo è terminato a ogni tentativo.");
    public string TheMessage => Format("The message", "Il messaggio");
    public string SendAgain => Format("Send again", "Rimanda");
    public string YesSendAgain => Format("Yes, send again", "Sì, rimanda");
    public string Explained => Format("Down to its messages and retries", "Fino ai messaggi e ai tentativi");

    public string OldestSince(TimeSpan age) => Format($"the oldest for {Seconds(age)}", $"il più vecchio da {Seconds(age)}");

    public string AsMany(int count, int bound) =>
        count >= bound ? Format($"{Number(bound)} or more", $"{Number(bound)} o più") : Number(count);

    public string FailedMessagesOf(string service, long count) =>
        count == 1
            ? Format($"1 message that {service} could not handle", $"1 messaggio che {service} non è riuscito a trattare")
            : Format(
                $"{Number(count)} messages that {service} could not handle",
                $"{Number(count)} messaggi che {service} non è riuscito a trattare"
            );

    public string FailedCount(long count) =>
        count == 1
            ? Format("1 message has failed.", "1 messaggio è fallito.")
            : Format($"{Number(count)} messages have failed.", $"{Number(count)} messaggi sono falliti.");

    public string LastLinesOf(string service, int number) =>
        Format($"Last log lines of {service}/{number}", $"Ultime righe di registro di {service}/{number}");

    public string Milliseconds(double milliseconds) =>
        milliseconds < 10 ? $"{Number((decimal)milliseconds, 1)} ms" : $"{Number((decimal)milliseconds)} ms";

    public string OfRequests(int count) =>
        count == 1 ? Format("of 1 request", "su 1 richiesta") : Format($"of the last {Number(count)}", $"delle ultime {Number(count)}");

    public string AllRuns(int count) =>
        count == 1
            ? Format("All is well: 1 process runs.", "Tutto bene: 1 processo è in funzione.")
            : Format($"All is well: {count} processes run.", $"Tutto bene: {count} processi sono in funzione.");

    public string RunningOf(int running, int all) =>
        Format($"{running} of {all} processes run.", $"{running} processi su {all} sono in funzione.");

    public string Starts(string service, int number) =>
        Format($"{service}/{number} is being started.", $"{service}/{number} si sta avviando.");

    public string DoesNotRun(string service, int number) =>
        Format($"{service}/{number} does not run.", $"{service}/{number} non è in funzione.");

    public string DoesNotAnswerWell(ReplicaState state) =>
        state.Status == ReplicaStatus.Unreachable
            ? Format(
                $"{state.Replica.Service}/{state.Replica.Number} does not answer.",
                $"{state.Replica.Service}/{state.Replica.Number} non risponde."
            )
            : Format(
                $"{state.Replica.Service}/{state.Replica.Number} is not ready.",
                $"{state.Replica.Service}/{state.Replica.Number} non è pronto."
            );

    public string MissingFor(string name, IEnumerable<string> services) =>
        Format(
            $"{BackingService(name)} does not answer; needed by {string.Join(", ", services)}.",
            $"{BackingService(name)} non risponde; serve a {string.Join(", ", services)}."
        );

    /// <summary>Returns a backing service's function and name; only the name if it has no translation.</summary>
    private string BackingService(string name) =>
        name switch
        {
            "menudb" => Format("The menu's database", "Il database del menu"),
            "orderdb" => Format("The orders' database", "Il database degli ordini"),
            "kitchendb" => Format("The kitchen's database", "Il database della cucina"),
            "redis" => Format("Redis, where sessions are kept,", "Redis, dove si tengono le sessioni,"),
            "rabbitmq" => Format("The message broker (RabbitMQ)", "Il broker di messaggi (RabbitMQ)"),
            _ => name,
        };

    public string SeeThem => Format("see below", "vedi sotto");

    public string ShownOf(int shown) => Format($"{shown} of them here:", $"Qui {shown} di loro:");

    public string ReallySendAgain(long count) =>
        count == 1
            ? Format(
                "It goes back into its queue and is handled again. Do this after the cause of the failure is fixed.",
                "Torna nella sua coda e viene trattato di nuovo. Fallo quando la causa è stata riparata."
            )
            : Format(
                $"All {Number(count)} go back into their queues and are handled again. Do this after the cause of the failures is fixed.",
                $"Tutti e {Number(count)} tornano nelle loro code e vengono trattati di nuovo. Fallo quando la causa è stata riparata."
            );

    public string Retried(string retries) =>
        retries == "1"
            ? Format("tried again once", "ritentato una volta")
            : Format($"tried again {retries} times", $"ritentato {retries} volte");

    public string SentAgain(string service, int count) =>
        count == 1
            ? Format($"1 message of {service} is on its way again.", $"1 messaggio di {service} è di nuovo in viaggio.")
            : Format(
                $"{Number(count)} messages of {service} are on their way again.",
                $"{Number(count)} messaggi di {service} sono di nuovo in viaggio."
            );

    public string StoryOfAnOrder => Format("The story of an order", "La storia di un ordine");
    public string StoryHint =>
        Format(
            "What happened to it, when, by whom, and in which trace.",
            "Che cosa gli è successo, quando, per mano di chi e in quale traccia."
        );
    public string OrderNumber => Format("Order number", "Numero d'ordine");
    public string SearchOrders => Format("Search orders", "Cerca ordini");
    public string OrderSearch => Format("Number, name or phone", "Numero, nome o telefono");
    public string OrderSearchRule => Format("At most 100 characters.", "Al massimo 100 caratteri.");
    public string NoOrderFound => Format("No order that you may see is found by this.", "Non si trova nessun ordine che tu possa vedere.");
    public string FindOrder => Format("Find it", "Trovalo");
    public string SeveralOrders => Format("Several orders begin like this:", "Diversi ordini cominciano così:");
    public string ShowStory => Format("Tell it", "Raccontala");
    public string StoryNeedsSignIn => Format("Sign in to read it.", "Accedi per leggerla.");
    public string NoSuchOrder =>
        Format("There is no order of this number that you may see.", "Non c'è nessun ordine con questo numero che tu possa vedere.");

    /// <summary>Returns the words for an actor without an account: a guest, or the name of a process.</summary>
    public string Actor(string actor) => actor.StartsWith("guest:", StringComparison.Ordinal) ? Format("Guest", "Ospite") : actor;

    public string AfterThat => Format("After", "Dopo");
    public string TraceLabel => Format("Trace", "Traccia");
    public string GoToOrder => Format("Go to the order", "Vai all'ordine");

    public string Seconds(TimeSpan time) =>
        time.TotalMinutes >= 1
            ? Format($"{Number((decimal)time.TotalMinutes, 1)} min", $"{Number((decimal)time.TotalMinutes, 1)} min")
            : $"{Number((decimal)time.TotalSeconds, 2)} s";

    public string Of(ReplicaStatus status) =>
        status switch
        {
            ReplicaStatus.Ready => Format("running", "in funzione"),
            ReplicaStatus.Degraded => Format("running, with something missing", "in funzione, ma manca qualcosa"),
            ReplicaStatus.NotReady => Format("not ready", "non pronto"),
            ReplicaStatus.Unreachable => Format("does not answer", "non risponde"),
            _ => Format("does not run", "non in funzione"),
        };

    /// <summary>Returns the name of an event in an order's history; the type name if it has no translation.</summary>
    public string StoryEvent(string type) =>
        type switch
        {
            "OrderPlaced" => Format("Order placed", "Ordine ricevuto"),
            "OrderConfirmed" => Format("Order confirmed", "Ordine confermato"),
            "OrderCancelled" => Format("Order cancelled", "Ordine annullato"),
            "PaymentRequested" => Format("Payment requested", "Pagamento richiesto"),
            "PaymentSucceeded" => Format("Payment succeeded", "Pagamento riuscito"),
            "PaymentFailed" => Format("Payment failed", "Pagamento non riuscito"),
            "CookingStarted" => Format("Cooking started", "In forno"),
            "OrderReady" => Format("Out of the oven", "Sfornato"),
            "DeliveryStarted" => Format("Delivery started", "Consegna iniziata"),
            "OrderDelivered" => Format("Order delivered", "Ordine consegnato"),
            "DeliveryUndone" => Format("Delivery undone", "Consegna annullata per errore"),
            "DeliveryFailed" => Format("Delivery failed", "Consegna non riuscita"),
            "TicketStepUndone" => Format("Kitchen step undone", "Passo della cucina annullato"),
            "MenuChanged" => Format("Menu changed", "Menu cambiato"),
            "KitchenPaused" => Format("Kitchen paused or open again", "Cucina in pausa o riaperta"),
            "ShopChanged" => Format("Opening hours changed", "Orari cambiati"),
            "" => Format("A message without a name", "Un messaggio senza nome"),
            "OrderLate" => Format("Order late", "Ordine in ritardo"),
            _ => type,
        };
}
