namespace MariosPizzeria.Gateway.Web;

internal sealed partial class Texts
{
    public string Deliveries => Format("Deliveries", "Consegne");
    public string YourTour => Format("Your tour", "Il tuo giro");
    public string NothingOnTour => Format("Nothing with you. Take something along.", "Non hai niente con te. Prendi qualcosa.");
    public string ReadyToTake => Format("Ready to take", "Pronte da prendere");
    public string NothingToTake => Format("Nothing is ready yet.", "Ancora niente di pronto.");
    public string AtTheCounter => Format("At the counter", "Al banco");
    public string TakeAlong => Format("Take along", "Prendi");
    public string HandedOver => Format("Delivered", "Consegnata");
    public string PickedUp => Format("Picked up", "Ritirata");
    public string OpensMap => Format("(opens a map)", "(apre una mappa)");
    public string Calls => Format("Call", "Chiama");
    public string Navigate => Format("Navigate", "Naviga");
    public string Show => Format("Show", "Mostra");
    public string DeliveredToday => Format("Delivered today", "Consegnate oggi");
    public string AllDelivered => Format("All of them", "Tutte");
    public string NotYetHandedOver => Format("Undo: not delivered yet", "Annulla: non ancora consegnata");
    public string CouldNotHandOver => Format("Could not deliver …", "Non consegnata …");
    public string NothingToCollect => Format("Paid, nothing to collect", "Pagato, niente da incassare");

    public string CountOfOrders(int count) => count == 1 ? Format("1 order", "1 ordine") : Format($"{count} orders", $"{count} ordini");

    /// <summary>The reasons for a failed delivery, as sent to the API.</summary>
    public static IReadOnlyList<string> DeliveryFailures { get; } = ["nobody at home", "address not found", "not accepted"];

    /// <summary>Returns the text of a reason; an unknown reason stays as it is.</summary>
    public string DeliveryFailure(string reason) =>
        reason switch
        {
            "nobody at home" => Format("Nobody at home", "Nessuno in casa"),
            "address not found" => Format("Address not found", "Indirizzo non trovato"),
            "not accepted" => Format("Not accepted", "Non accettata"),
            _ => reason,
        };

    public string CameBack(string reason) => Format($"Came back: {DeliveryFailure(reason)}", $"Tornata: {DeliveryFailure(reason)}");

    public string CashToHandIn(Money amount) => Format($"Cash to hand in: {Price(amount)}", $"Contanti da consegnare: {Price(amount)}");

    public string Collect(Money amount) => Format($"Collect {Price(amount)}", $"Incassa {Price(amount)}");

    public string OutOfTheOvenFor(string minutes) => Format($"ready for {minutes} min", $"pronta da {minutes} min");

    public string UnderWayFor(string minutes) => Format($"under way for {minutes} min", $"in viaggio da {minutes} min");

    /// <summary>Returns why an order could not be taken along.</summary>
    public string NotTaken(string number, Error fault) =>
        fault.Code == ErrorCodes.IllegalTransition
            ? Format($"{number} is gone: another driver was faster.", $"{number} non c'è più: un altro fattorino è stato più veloce.")
            : NotDone(number, fault);

    /// <summary>Returns why an order could not be handed over.</summary>
    public string NotHandedOver(string number, Error fault) =>
        fault.Code == ErrorCodes.IllegalTransition
            ? Format(
                $"{number} is not yours to hand over: it is delivered already, cancelled, or another driver has it.",
                $"{number} non è da consegnare: è già consegnata, annullata, o ce l'ha un altro fattorino."
            )
            : NotDone(number, fault);

    /// <summary>Returns why a handover could not be undone.</summary>
    public string NotUndone(string number, Error fault) =>
        fault.Code == ErrorCodes.IllegalTransition
            ? Format(
                $"{number} can't be undone any more: two minutes are over, or it was undone already.",
                $"{number} non si può più annullare: sono passati due minuti, o è già stato annullato."
            )
            : NotDone(number, fault);

    /// <summary>Returns why a failed delivery could not be reported.</summary>
    public string NotBroughtBack(string number, Error fault) =>
        fault.Code == ErrorCodes.IllegalTransition
            ? Format($"{number} is not under way with you any more.", $"{number} non è più in viaggio con te.")
            : NotDone(number, fault);

    private string NotDone(string number, Error fault) =>
        fault.Code switch
        {
            ErrorCodes.NotFound => Format($"There is no order {number}.", $"L'ordine {number} non esiste."),
            ErrorCodes.IdempotencyInProgress or ErrorCodes.VersionConflict => Format(
                $"{number} is being changed right now. Look again in a moment.",
                $"{number} sta cambiando proprio ora. Guarda di nuovo tra un attimo."
            ),
            _ => Format(
                $"Nothing has changed for {number}: the pizzeria does not answer. Tap once more in a moment.",
                $"Niente è cambiato per {number}: la pizzeria non risponde. Tocca di nuovo tra un attimo."
            ),
        };
}
