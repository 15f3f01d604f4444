namespace MariosPizzeria.Gateway.Web;

/// <summary>The texts for orders that guests place by telephone.</summary>
internal sealed partial class Texts
{
    public string PhoneOrder => Format("Phone order", "Ordine al telefono");
    public string TheGuest => Format("The guest", "Il cliente");
    public string LastTime => Format("Last time:", "L'ultima volta:");
    public string TheSameAgain => Format("The same again", "Lo stesso di nuovo");
    public string ThePizzas => Format("The pizzas", "Le pizze");
    public string PizzasTyped => Format("Type a pizza", "Scrivi una pizza");
    public string PizzasTypedHint =>
        Format("For example: 2 large marg + basil. One kind a line.", "Per esempio: 2 grande marg + basilico. Un tipo per riga.");
    public string PhoneKeys =>
        Format(
            "Enter adds it. With nothing typed: ↑ ↓ choose a line, ← → its size, + − how many, Delete removes it, Enter goes to the button. Ctrl+Enter places the order.",
            "Invio la aggiunge. A campo vuoto: ↑ ↓ scelgono una riga, ← → la dimensione, + − quante, Canc la toglie, Invio va al pulsante. Ctrl+Invio ordina."
        );
    public string NotOnMenu => Format("This is no line that can be ordered:", "Questa riga non si può ordinare:");
    public string NothingTypedYet => Format("Nothing yet.", "Ancora niente.");
    public string PaidInCash => Format("Paid in cash, at the door or at the counter.", "Si paga in contanti, alla consegna o al banco.");
    public string PhoneOrderWasPlaced =>
        Format(
            "This order was placed already, as it was before your last change.",
            "Questo ordine era già stato inviato, com'era prima dell'ultima modifica."
        );
    public string PhoneOrderIsPlaced => Format("The guest's order is placed.", "L'ordine del cliente è stato inviato.");
    public string TellTheGuest => Format("Tell the guest", "Da dire al cliente");
    public string TrackingLink => Format("Link to follow the order", "Link per seguire l'ordine");
    public string CopyLink => Format("Copy the link", "Copia il link");
    public string Copied => Format("Copied", "Copiato");
    public string SendAsMessage => Format("Send as a text message", "Invia per SMS");
    public string NextPhoneOrder => Format("Next phone order", "Prossimo ordine al telefono");

    public string FollowYourOrder(string number, string address) =>
        Format($"Mario's Pizzeria: your order {number}: {address}", $"Mario's Pizzeria: il tuo ordine {number}: {address}");

    public string NotUnderstood(IEnumerable<string> lines) =>
        Format(
            $"Not on the menu, or more than one order holds: {string.Join("; ", lines)}",
            $"Non nel menu, o più di quanto sta in un ordine: {string.Join("; ", lines)}"
        );
}
