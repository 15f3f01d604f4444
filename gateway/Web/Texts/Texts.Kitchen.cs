using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Gateway.Web;

internal sealed partial class Texts
{
    public string Kitchen => Format("Kitchen", "Cucina");
    public string ToMakeNow => Format("To make now", "Da fare adesso");
    public string NothingToMake => Format("Nothing to make. The oven is warm.", "Niente da fare. Il forno è caldo.");
    public string NoteLabel => Format("Note", "Nota");
    public string AllergyLabel => Format("Allergy", "Allergia");
    public string ToTheOven => Format("Into the oven", "In forno");
    public string OutOfTheOven => Format("Out of the oven", "Sfornata");
    public string OvenIsFull => Format("The oven is full", "Il forno è pieno");
    public string Undo => Format("Take back the last step of", "Annulla l'ultimo passo di");
    public string FreeSlot => Format("free", "libero");
    public string SoldOutPizzas => Format("Sold out", "Esaurite");
    public string MarkAsSoldOut => Format("Mark as sold out", "Segna esaurita");
    public string FullScreen => Format("Full screen", "Schermo intero");
    public string LightOrDark => Format("Light or dark", "Chiaro o scuro");
    public string OtherPages => Format("Other pages", "Altre pagine");
    public string KitchenIsPaused => Format("Paused: no new orders come in.", "In pausa: non arrivano nuovi ordini.");
    public string Sound => Format("Sound", "Suono");
    public string On => Format("on", "acceso");
    public string Off => Format("off", "spento");
    public string ConnectionIsBack => Format("Connected again. Everything is up to date.", "Di nuovo connessi. Tutto è aggiornato.");
    public string NotSent =>
        Format(
            "That did not get through. Check the connection and tap once more.",
            "Non è passato. Controlla la connessione e tocca di nuovo."
        );

    /// <summary>Returns who a ready ticket waits for; a ticket of a release without fulfilment waits for either.</summary>
    public string WaitsFor(Fulfilment? fulfilment) =>
        fulfilment switch
        {
            Fulfilment.Delivery => Format("For the driver", "Per il fattorino"),
            Fulfilment.Pickup => Format("For the counter", "Per il banco"),
            _ => Format("Waits to be handed over", "Aspetta la consegna"),
        };

    /// <summary>Returns the first letter of a size, as on the kitchen's tickets.</summary>
    public string SizeLetter(PizzaSize size) => Size(size)[..1];

    /// <summary>Returns a column's heading.</summary>
    public string Of(TicketState state) =>
        state switch
        {
            TicketState.Queued => Format("Waiting", "In attesa"),
            TicketState.Cooking => Format("In the oven", "In forno"),
            _ => Format("Ready", "Pronte"),
        };

    /// <summary>Returns the text of a column without tickets.</summary>
    public string NothingIn(TicketState state) =>
        state switch
        {
            TicketState.Queued => Format("Nobody waits.", "Nessuno aspetta."),
            TicketState.Cooking => Format("The oven is free.", "Il forno è libero."),
            _ => Format("Nothing to hand over.", "Niente da consegnare."),
        };

    public string Tickets(int count) => count == 1 ? Format("1 ticket", "1 comanda") : Format($"{count} tickets", $"{count} comande");

    public string InTheOven(int cooking, int capacity) =>
        Format($"{cooking} of {capacity} in the oven", $"{cooking} di {capacity} in forno");

    public string CookingTakes(double minutes) =>
        Format($"about {Number((decimal)minutes)} min each", $"circa {Number((decimal)minutes)} min l'una");

    public string PromisedLonger(int minutes) => Format($"+{minutes} min promised", $"+{minutes} min promessi");

    /// <summary>Returns the time left or overdue; the minutes are a string so that a script can fill them in.</summary>
    public string Of(Urgency urgency, string minutes) =>
        urgency switch
        {
            Urgency.OnTime => Format($"{minutes} min left", $"ancora {minutes} min"),
            Urgency.Soon => Format($"only {minutes} min left", $"solo {minutes} min"),
            _ => Format($"{minutes} min late", $"{minutes} min di ritardo"),
        };

    /// <summary>Returns for how long a ticket has been ready; the minutes are a string so that a script can fill them in.</summary>
    public string ReadyFor(string minutes) => Format($"for {minutes} min", $"da {minutes} min");

    public string NewTicket(string what) => Format($"New ticket {what}", $"Nuova comanda {what}");

    public string NewTickets(string count) => Format($"{count} new tickets", $"{count} nuove comande");

    /// <summary>Returns why a ticket's state could not be changed.</summary>
    public string NotMoved(string number, Error fault, StatusResponse workload) =>
        fault.Code switch
        {
            ErrorCodes.KitchenAtCapacity => Format(
                $"The oven is full: {workload.Cooking} of {workload.Capacity} tickets cook. Take one out before {number} goes in.",
                $"Il forno è pieno: {workload.Cooking} comande su {workload.Capacity} sono dentro. Togline una prima di infornare {number}."
            ),
            ErrorCodes.IllegalTransition => Format(
                $"{number} has moved on already: another screen was faster, or the order was cancelled.",
                $"{number} è già andata avanti: un altro schermo è stato più veloce, o l'ordine è stato annullato."
            ),
            ErrorCodes.NotFound => Format($"{number} is not in the kitchen any more.", $"{number} non è più in cucina."),
            ErrorCodes.IdempotencyInProgress or ErrorCodes.VersionConflict => Format(
                $"{number} is being moved right now. Look again in a moment.",
                $"{number} si sta già muovendo. Guarda di nuovo tra un attimo."
            ),
            _ => Format(
                $"{number} could not be moved: the kitchen does not answer. Tap once more in a moment.",
                $"Non è stato possibile spostare {number}: la cucina non risponde. Tocca di nuovo tra un attimo."
            ),
        };
}
