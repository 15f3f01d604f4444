using MariosPizzeria.Contracts;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The words of the driver's page.</summary>
internal sealed partial class Texts
{
    public string Deliveries => Say("Deliveries", "Consegne");
    public string YourTour => Say("Your tour", "Il tuo giro");
    public string NothingOnTour => Say("Nothing with you. Take something along.", "Non hai niente con te. Prendi qualcosa.");
    public string ReadyToTake => Say("Ready to take", "Pronte da prendere");
    public string NothingToTake => Say("Nothing is ready yet.", "Ancora niente di pronto.");
    public string AtTheCounter => Say("At the counter", "Al banco");
    public string TakeAlong => Say("Take along", "Prendi");
    public string HandedOver => Say("Delivered", "Consegnata");
    public string PickedUp => Say("Picked up", "Ritirata");
    public string OpensMap => Say("(opens a map)", "(apre una mappa)");
    public string Calls => Say("Call", "Chiama");
    public string NothingToCollect => Say("Paid, nothing to collect", "Pagato, niente da incassare");

    public string CountOfOrders(int count) => count == 1 ? Say("1 order", "1 ordine") : Say($"{count} orders", $"{count} ordini");

    public string Collect(Money amount) => Say($"Collect {Price(amount)}", $"Incassa {Price(amount)}");

    public string OutOfTheOvenFor(string minutes) => Say($"ready for {minutes} min", $"pronta da {minutes} min");

    public string UnderWayFor(string minutes) => Say($"under way for {minutes} min", $"in viaggio da {minutes} min");

    /// <summary>Why an order could not be taken along.</summary>
    public string NotTaken(string number, Fault fault) =>
        fault.Slug == Slugs.IllegalTransition
            ? Say($"{number} is gone: another driver was faster.", $"{number} non c'è più: un altro fattorino è stato più veloce.")
            : NotDone(number, fault);

    /// <summary>Why an order could not be handed over.</summary>
    public string NotHandedOver(string number, Fault fault) =>
        fault.Slug == Slugs.IllegalTransition
            ? Say(
                $"{number} is not yours to hand over: it is delivered already, cancelled, or another driver has it.",
                $"{number} non è da consegnare: è già consegnata, annullata, o ce l'ha un altro fattorino."
            )
            : NotDone(number, fault);

    private string NotDone(string number, Fault fault) =>
        fault.Slug switch
        {
            Slugs.NotFound => Say($"There is no order {number}.", $"L'ordine {number} non esiste."),
            Slugs.IdempotencyInProgress or Slugs.VersionConflict => Say(
                $"{number} is being changed right now. Look again in a moment.",
                $"{number} sta cambiando proprio ora. Guarda di nuovo tra un attimo."
            ),
            _ => Say(
                $"Nothing has changed for {number}: the pizzeria does not answer. Tap once more in a moment.",
                $"Niente è cambiato per {number}: la pizzeria non risponde. Tocca di nuovo tra un attimo."
            ),
        };
}
