using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The words of the customer's pages.</summary>
internal sealed partial class Texts
{
    public string Tagline => Say("Pizza, when we say so.", "La pizza, quando lo diciamo noi.");
    public string Welcome =>
        Say(
            "Pick a pizza, make it yours, and watch it all the way from the oven to your door.",
            "Scegli una pizza, falla tua e seguila passo passo dal forno alla tua porta."
        );
    public string SoldOut => Say("Sold out", "Esaurita");
    public string SizeLabel => Say("Size", "Formato");
    public string ExtraToppings => Say("Extra toppings", "Ingredienti extra");
    public string Quantity => Say("Quantity", "Quantità");
    public string AddToCart => Say("Add to cart", "Aggiungi");
    public string OnIt => Say("On it:", "Sopra:");
    public string NoToppings => Say("tomato and mozzarella, nothing to hide behind", "pomodoro e mozzarella, niente di più");
    public string TotalLabel => Say("Total", "Totale");
    public string Each => Say("each", "l'una");
    public string ExtraToppingsRule =>
        Say(
            "At most ten toppings on one pizza, its own included, each of them on the menu.",
            "Al massimo dieci ingredienti su una pizza, compresi i suoi, tutti del menù."
        );
    public string DoesNotFit =>
        Say(
            "The cart has no room for these: 20 of a kind and 50 kinds are the most.",
            "Nel carrello non c'è posto: al massimo 20 dello stesso tipo e 50 tipi."
        );
    public string MenuIsEmpty => Say("The menu is being written. Come back in a moment.", "Stiamo scrivendo il menù. Torna tra poco.");

    public string Cart => Say("Your cart", "Il tuo carrello");
    public string CartIsEmpty => Say("Nothing in it yet. The oven is warm.", "Ancora vuoto. Il forno è caldo.");
    public string CartHasChanged =>
        Say(
            "The cart has changed in another window. Nothing was changed here: have another look.",
            "Il carrello è cambiato in un'altra finestra. Qui non è cambiato niente: dai un'altra occhiata."
        );
    public string Update => Say("Update", "Aggiorna");
    public string Remove => Say("Remove", "Togli");
    public string GoToCart => Say("Go to cart", "Vai al carrello");
    public string ToCheckout => Say("To checkout", "Vai alla cassa");

    public string Checkout => Say("Checkout", "Cassa");
    public string HowYouGetIt => Say("How you get it", "Come la ricevi");
    public string Delivery => Say("Delivery", "Consegna");
    public string DeliveryHint => Say("We bring it to your door.", "Te la portiamo a casa.");
    public string Pickup => Say("Pickup", "Ritiro");
    public string PickupHint => Say("You fetch it at the counter.", "La ritiri al banco.");
    public string WhoGetsIt => Say("Who gets it", "Chi la riceve");
    public string Name => Say("Name", "Nome");
    public string Phone => Say("Phone", "Telefono");
    public string Address => Say("Address", "Indirizzo");
    public string AddressForDelivery => Say("for delivery", "per la consegna");
    public string Notes => Say("Notes for the kitchen", "Note per la cucina");
    public string NotesHint => Say("Allergies, the doorbell, a birthday…", "Allergie, il campanello, un compleanno…");
    public string Payment => Say("Payment", "Pagamento");
    public string PaymentCash => Say("Cash", "Contanti");
    public string PaymentCreditCard => Say("Credit card", "Carta di credito");
    public string PaymentDebitCard => Say("Debit card", "Carta di debito");
    public string TestCard => Say("Test card (development only)", "Carta di prova (solo sviluppo)");
    public string TestCardOk => Say("is accepted", "viene accettata");
    public string TestCardDeclined => Say("is declined", "viene rifiutata");
    public string TestCardSlow => Say("takes a while", "ci mette un po'");
    public string TestCardDown => Say("the provider is down", "il fornitore non risponde");
    public string PlaceOrder => Say("Place the order", "Ordina");
    public string YourOrder => Say("Your order", "Il tuo ordine");
    public string CartIsNotWhatWasSeen =>
        Say(
            "Your cart or a price has changed since you saw it. Nothing was ordered: have another look.",
            "Il carrello o un prezzo è cambiato da quando l'hai visto. Niente è stato ordinato: dai un'altra occhiata."
        );
    public string WasSeen => Say("You saw:", "Avevi visto:");
    public string IsNow => Say("Now it is:", "Adesso è:");
    public string CartWasOrdered =>
        Say("This cart was ordered already: here is its order.", "Questo carrello è già stato ordinato: ecco l'ordine.");

    public string PerhapsPlaced =>
        Say(
            "An earlier press of the button may have placed this order already, with other details. Look at your orders first.",
            "Forse l'ordine è già stato inviato prima, con altri dati. Controlla prima i tuoi ordini."
        );

    public string Username => Say("User name", "Nome utente");
    public string Password => Say("Password", "Password");
    public string Email => Say("E-mail", "E-mail");
    public string NewHere => Say("New here?", "Prima volta?");
    public string HaveAccount => Say("Been here before?", "Già dei nostri?");
    public string SignInFirst => Say("Sign in and go on where you were.", "Accedi e continua da dove eri.");

    public string NoOrders => Say("No orders yet. Your first one is a few taps away.", "Ancora nessun ordine. Il primo è a pochi tocchi.");
    public string Order => Say("Order", "Ordine");
    public string Newer => Say("Newer", "Più recenti");
    public string PageRule =>
        Say("A page is a whole number from 1. This is the first.", "Una pagina è un numero intero da 1. Questa è la prima.");

    public string NoSuchPage(int last) =>
        last == 0
            ? Say("There are no orders, and so no further pages.", "Non ci sono ordini, e quindi nessun'altra pagina.")
            : Say($"The last page is {last}. This is the first.", $"L'ultima pagina è la {last}. Questa è la prima.");

    public string Older => Say("Older", "Meno recenti");
    public string Progress => Say("How far it is", "A che punto è");
    public string Promised => Say("Promised for", "Promesso per le");
    public string ReadyAt => Say("Out of the oven", "Sfornato");
    public string Cancel => Say("Cancel the order", "Annulla l'ordine");
    public string CancelReason => Say("Why?", "Perché?");
    public string ChangedMyMind => Say("Changed my mind", "Ho cambiato idea");
    public string WasCancelled => Say("This order was cancelled.", "Questo ordine è stato annullato.");
    public string CancelIsTooLate =>
        Say(
            "The kitchen cooks it already, so it can't be cancelled any more.",
            "La cucina lo sta già preparando, non si può più annullare."
        );
    public string OrderAgain => Say("Order this again", "Ordina di nuovo");
    public string InTheCartAgain => Say("It is all in your cart again.", "È di nuovo tutto nel carrello.");
    public string OrderIsCancelled => Say("The order is cancelled.", "L'ordine è annullato.");
    public string OrderIsPlaced => Say("Thank you! We have your order.", "Grazie! Abbiamo il tuo ordine.");

    public string EmailIsUnconfirmed =>
        Say(
            "Not confirmed yet: follow the link in our mail. Saving sends it again.",
            "Non ancora confermato: segui il link nella nostra e-mail. Salvando la riceverai di nuovo."
        );
    public string ConfirmEmail => Say("Confirm your e-mail address", "Conferma il tuo indirizzo e-mail");
    public string ConfirmEmailAsks =>
        Say("Shall we send news about your orders to your e-mail address?", "Vuoi ricevere via e-mail gli avvisi sui tuoi ordini?");
    public string Confirm => Say("Confirm", "Conferma");
    public string ConfirmationCode => Say("The code from our mail", "Il codice della nostra e-mail");
    public string CodeIsNoGood =>
        Say(
            "This link is not valid any more. Save your profile, and we send you another.",
            "Questo link non è più valido. Salva il tuo profilo e te ne mandiamo un altro."
        );
    public string EmailIsConfirmed => Say("Thank you, your address is confirmed.", "Grazie, il tuo indirizzo è confermato.");

    public string ProfileSaved => Say("Saved.", "Salvato.");
    public string SignOutEverywhere => Say("Sign out everywhere", "Esci da tutti i dispositivi");
    public string SignOutEverywhereHint =>
        Say(
            "Ends your sign-ins on all devices and browsers, this one too, within a minute.",
            "Chiude i tuoi accessi su tutti i dispositivi e browser, anche questo, entro un minuto."
        );
    public string FavouritePizza => Say("You order this most:", "La ordini più spesso:");
    public string NoNotifications => Say("No news. That is good news.", "Nessun avviso. Buon segno.");
    public string MarkRead => Say("Mark as read", "Segna come letto");
    public string Dismiss => Say("Dismiss", "Elimina");
    public string Unread => Say("new", "nuovo");
    public string SeeOrder => Say("See the order", "Vedi l'ordine");

    public string ReadyIn(int minutes) =>
        minutes == 1
            ? Say("Ready in about a minute", "Pronta tra circa un minuto")
            : Say($"Ready in about {minutes} minutes", $"Pronta tra circa {minutes} minuti");

    public string InYourCart(string pizza) => Say($"{pizza} is in your cart.", $"{pizza} è nel carrello.");

    /// <summary>Why a pizza was not put into the cart.</summary>
    public string NotAdded(Fault fault) =>
        fault.Slug switch
        {
            Slugs.SoldOut => Say("This pizza is sold out by now.", "Questa pizza è nel frattempo esaurita."),
            Slugs.UnknownPizza => Say("This pizza is not on the menu.", "Questa pizza non è nel menù."),
            Slugs.UnknownTopping => Say("One of these toppings is not on the menu.", "Uno di questi ingredienti non è nel menù."),
            _ => Of(fault),
        };

    /// <summary>How a price comes about: <c>12.99 × 1.3 + 2 × 2.50</c>.</summary>
    public string Breakdown(PriceBreakdown price)
    {
        var sized = $"{Price(price.BasePrice)} × {Number(price.Multiplier, 1)}";
        return price.Toppings == 0 ? sized : $"{sized} + {price.Toppings} × {Price(price.ToppingPrice)}";
    }

    public string Of(Fulfilment fulfilment) => fulfilment is Fulfilment.Pickup ? Pickup : Delivery;

    public string Of(PaymentMethod method) =>
        method switch
        {
            PaymentMethod.Cash => PaymentCash,
            PaymentMethod.CreditCard => PaymentCreditCard,
            _ => PaymentDebitCard,
        };

    public string Of(PaymentStatus status) =>
        status switch
        {
            PaymentStatus.Pending => Say("being arranged", "in corso"),
            PaymentStatus.CashDue => Say("due on handover", "da pagare alla consegna"),
            PaymentStatus.Paid => Say("paid", "pagato"),
            PaymentStatus.Declined => Say("declined", "rifiutato"),
            _ => Say("refunded", "rimborsato"),
        };

    /// <summary>Why an order was cancelled: a reason of ours in words, a customer's own as written.</summary>
    public string CancellationReason(string reason) =>
        reason switch
        {
            "payment_declined" => Say("The card was declined.", "La carta è stata rifiutata."),
            "payment_unavailable" => Say("The card could not be charged.", "Non è stato possibile addebitare la carta."),
            "payment_expired" => Say("The payment did not arrive in time.", "Il pagamento non è arrivato in tempo."),
            _ => reason,
        };

    /// <summary>A sentence about where an order is, for the top of its page and for who can't see the line.</summary>
    public string Progressing(OrderResponse order) =>
        order.Status switch
        {
            OrderStatus.Pending => Say("We have your order and see to the payment.", "Abbiamo il tuo ordine e pensiamo al pagamento."),
            OrderStatus.Confirmed => Say("Your order waits for a place in the oven.", "Il tuo ordine aspetta un posto nel forno."),
            OrderStatus.Cooking => Say("Your order is in the oven.", "Il tuo ordine è nel forno."),
            OrderStatus.Ready when order.Fulfilment is Fulfilment.Pickup => Say(
                "Your order is ready: come and fetch it.",
                "Il tuo ordine è pronto: vieni a prenderlo."
            ),
            OrderStatus.Ready => Say("Out of the oven, waiting for the driver.", "Sfornato, aspetta il fattorino."),
            OrderStatus.Delivering => Say("Your order is on its way to you.", "Il tuo ordine sta arrivando."),
            OrderStatus.Delivered => Say("Enjoy your meal!", "Buon appetito!"),
            _ => WasCancelled,
        };

    /// <summary>A notification's heading. Its kind says what it is; what it is not known by keeps the worker's words.</summary>
    public string NotificationTitle(NotificationResponse notification) =>
        notification.Type switch
        {
            "order_confirmed" => Say("Order confirmed", "Ordine confermato"),
            "order_ready" => Say("Order ready", "Ordine pronto"),
            "order_delivered" => Say("Order delivered", "Ordine consegnato"),
            "order_cancelled" => Say("Order cancelled", "Ordine annullato"),
            _ => notification.Title,
        };

    /// <summary>What a notification says. In Italian what is always the same; a reason that people wrote stays theirs.</summary>
    public string NotificationMessage(NotificationResponse notification) =>
        notification.Type switch
        {
            "order_confirmed" => Say(notification.Message, "Il tuo ordine è confermato e aspetta il forno."),
            "order_ready" => Say(notification.Message, "Il tuo ordine è uscito dal forno."),
            "order_delivered" => Say(notification.Message, "Il tuo ordine è stato consegnato. Buon appetito!"),
            "order_cancelled" => Say(notification.Message, "Il tuo ordine è stato annullato; il motivo è nella sua pagina."),
            _ => notification.Message,
        };
}
