using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The words of the kitchen's page.</summary>
internal sealed partial class Texts
{
    public string Kitchen => Say("Kitchen", "Cucina");
    public string ToMakeNow => Say("To make now", "Da fare adesso");
    public string NothingToMake => Say("Nothing to make. The oven is warm.", "Niente da fare. Il forno è caldo.");
    public string NoteLabel => Say("Note", "Nota");
    public string AllergyLabel => Say("Allergy", "Allergia");
    public string ToTheOven => Say("Into the oven", "In forno");
    public string OutOfTheOven => Say("Out of the oven", "Sfornata");
    public string OvenIsFull => Say("The oven is full", "Il forno è pieno");
    public string KitchenIsPaused => Say("Paused: no new orders come in.", "In pausa: non arrivano nuovi ordini.");
    public string Sound => Say("Sound", "Suono");
    public string On => Say("on", "acceso");
    public string Off => Say("off", "spento");
    public string ConnectionIsBack => Say("Connected again. Everything is up to date.", "Di nuovo connessi. Tutto è aggiornato.");
    public string NotSent =>
        Say(
            "That did not get through. Check the connection and tap once more.",
            "Non è passato. Controlla la connessione e tocca di nuovo."
        );

    /// <summary>Whom a ticket that is ready waits for; a ticket of before it said so waits for either.</summary>
    public string WaitsFor(Fulfilment? fulfilment) =>
        fulfilment switch
        {
            Fulfilment.Delivery => Say("For the driver", "Per il fattorino"),
            Fulfilment.Pickup => Say("For the counter", "Per il banco"),
            _ => Say("Waits to be handed over", "Aspetta la consegna"),
        };

    /// <summary>A column's heading.</summary>
    public string Of(TicketState state) =>
        state switch
        {
            TicketState.Queued => Say("Waiting", "In attesa"),
            TicketState.Cooking => Say("In the oven", "In forno"),
            _ => Say("Ready", "Pronte"),
        };

    /// <summary>What stands in a column without tickets.</summary>
    public string NothingIn(TicketState state) =>
        state switch
        {
            TicketState.Queued => Say("Nobody waits.", "Nessuno aspetta."),
            TicketState.Cooking => Say("The oven is free.", "Il forno è libero."),
            _ => Say("Nothing to hand over.", "Niente da consegnare."),
        };

    public string Tickets(int count) => count == 1 ? Say("1 ticket", "1 comanda") : Say($"{count} tickets", $"{count} comande");

    public string InTheOven(int cooking, int capacity) => Say($"{cooking} of {capacity} in the oven", $"{cooking} di {capacity} in forno");

    public string CookingTakes(double minutes) =>
        Say($"about {Number((decimal)minutes)} min each", $"circa {Number((decimal)minutes)} min l'una");

    /// <summary>How a ticket stands against its promise; the minutes are a text so that a script can fill them in.</summary>
    public string Of(Urgency urgency, string minutes) =>
        urgency switch
        {
            Urgency.OnTime => Say($"{minutes} min left", $"ancora {minutes} min"),
            Urgency.Soon => Say($"only {minutes} min left", $"solo {minutes} min"),
            _ => Say($"{minutes} min late", $"{minutes} min di ritardo"),
        };

    /// <summary>The minutes are a text so that a script can fill them in.</summary>
    public string ReadyFor(string minutes) => Say($"for {minutes} min", $"da {minutes} min");

    public string NewTicket(string what) => Say($"New ticket {what}", $"Nuova comanda {what}");

    public string NewTickets(string count) => Say($"{count} new tickets", $"{count} nuove comande");

    /// <summary>Why a ticket could not be moved on.</summary>
    public string NotMoved(string number, Fault fault, StatusResponse workload) =>
        fault.Slug switch
        {
            Slugs.KitchenAtCapacity => Say(
                $"The oven is full: {workload.Cooking} of {workload.Capacity} tickets cook. Take one out before {number} goes in.",
                $"Il forno è pieno: {workload.Cooking} comande su {workload.Capacity} sono dentro. Togline una prima di infornare {number}."
            ),
            Slugs.IllegalTransition => Say(
                $"{number} has moved on already: another screen was faster, or the order was cancelled.",
                $"{number} è già andata avanti: un altro schermo è stato più veloce, o l'ordine è stato annullato."
            ),
            Slugs.NotFound => Say($"{number} is not in the kitchen any more.", $"{number} non è più in cucina."),
            Slugs.IdempotencyInProgress or Slugs.VersionConflict => Say(
                $"{number} is being moved right now. Look again in a moment.",
                $"{number} si sta già muovendo. Guarda di nuovo tra un attimo."
            ),
            _ => Say(
                $"{number} could not be moved: the kitchen does not answer. Tap once more in a moment.",
                $"Non è stato possibile spostare {number}: la cucina non risponde. Tocca di nuovo tra un attimo."
            ),
        };
}
