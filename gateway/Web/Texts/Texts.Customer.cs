using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Gateway.Web;

internal sealed partial class Texts
{
    public string Tagline => Format("Pizza, when we say so.", "La pizza, quando lo diciamo noi.");
    public string Welcome =>
        Format(
            "Pick a pizza, make it yours, and watch it all the way from the oven to your door.",
            "Scegli una pizza, falla tua e seguila passo passo dal forno alla tua porta."
        );
    public string SoldOut => Format("Sold out", "Esaurita");
    public string SizeLabel => Format("Size", "Formato");
    public string ExtraToppings => Format("Extra toppings", "Ingredienti extra");
    public string Quantity => Format("Quantity", "Quantità");
    public string AddToCart => Format("Add to cart", "Aggiungi");
    public string OneLess => Format("One less", "Una in meno");
    public string OneMore => Format("One more", "Una in più");
    public string Close => Format("Close", "Chiudi");
    public string ToCart => Format("To the cart", "Al carrello");
    public string OnIt => Format("On it:", "Sopra:");
    public string NoToppings => Format("tomato and mozzarella, nothing to hide behind", "pomodoro e mozzarella, niente di più");
    public string TotalLabel => Format("Total", "Totale");
    public string Each => Format("each", "l'una");
    public string ExtraToppingsRule =>
        Format(
            "At most ten toppings on one pizza, its own included, each of them on the menu.",
            "Al massimo dieci ingredienti su una pizza, compresi i suoi, tutti del menù."
        );
    public string DoesNotFit =>
        Format(
            "The cart has no room for these: 20 of a kind and 50 kinds are the most.",
            "Nel carrello non c'è posto: al massimo 20 dello stesso tipo e 50 tipi."
        );
    public string MenuIsEmpty => Format("The menu is being written. Come back in a moment.", "Stiamo scrivendo il menù. Torna tra poco.");

    public string Cart => Format("Your cart", "Il tuo carrello");
    public string CartIsEmpty => Format("Nothing in it yet. The oven is warm.", "Ancora vuoto. Il forno è caldo.");
    public string CartHasChanged =>
        Format(
            "The cart has changed in another window. Nothing was changed here: have another look.",
            "Il carrello è cambiato in un'altra finestra. Qui non è cambiato niente: dai un'altra occhiata."
        );
    public string Update => Format("Update", "Aggiorna");
    public string Remove => Format("Remove", "Togli");
    public string RemoveAndGoOn => Format("Remove and go on", "Togli e continua");
    public string TotalWithoutSoldOut => Format("Total without what is sold out", "Totale senza ciò che è esaurito");
    public string GoToCart => Format("Go to cart", "Vai al carrello");
    public string ToCheckout => Format("To checkout", "Vai alla cassa");

    public string Checkout => Format("Checkout", "Cassa");
    public string HowYouGetIt => Format("How you get it", "Come la ricevi");
    public string Delivery => Format("Delivery", "Consegna");
    public string DeliveryHint => Format("We bring it to your door.", "Te la portiamo a casa.");
    public string Pickup => Format("Pickup", "Ritiro");
    public string PickupHint => Format("You fetch it at the counter.", "La ritiri al banco.");
    public string WhoGetsIt => Format("Who gets it", "Chi la riceve");
    public string Name => Format("Name", "Nome");
    public string Phone => Format("Phone", "Telefono");
    public string Address => Format("Address", "Indirizzo");
    public string AddressForDelivery => Format("for delivery", "per la consegna");
    public string Notes => Format("Notes for the kitchen", "Note per la cucina");
    public string NotesHint => Format("Well done, cut in eight, a birthday…", "Ben cotta, tagliata in otto, un compleanno…");
    public string Payment => Format("Payment", "Pagamento");
    public string PaymentCash => Format("Cash", "Contanti");
    public string PaymentCreditCard => Format("Credit card", "Carta di credito");
    public string PaymentDebitCard => Format("Debit card", "Carta di debito");
    public string TestCard => Format("Test card (development only)", "Carta di prova (solo sviluppo)");
    public string TestCardOk => Format("is accepted", "viene accettata");
    public string TestCardDeclined => Format("is declined", "viene rifiutata");
    public string TestCardSlow => Format("takes a while", "ci mette un po'");
    public string TestCardDown => Format("the provider is down", "il fornitore non risponde");
    public string PlaceOrder => Format("Place the order", "Ordina");
    public string YourOrder => Format("Your order", "Il tuo ordine");
    public string CartIsNotWhatWasSeen =>
        Format(
            "Your cart or a price has changed since you saw it. Nothing was ordered: have another look.",
            "Il carrello o un prezzo è cambiato da quando l'hai visto. Niente è stato ordinato: dai un'altra occhiata."
        );
    public string WasSeen => Format("You saw:", "Avevi visto:");
    public string IsNow => Format("Now it is:", "Adesso è:");
    public string CartWasOrdered =>
        Format("This cart was ordered already: here is its order.", "Questo carrello è già stato ordinato: ecco l'ordine.");

    public string PerhapsPlaced =>
        Format(
            "An earlier press of the button may have placed this order already, with other details. Look at your orders first.",
            "Forse l'ordine è già stato inviato prima, con altri dati. Controlla prima i tuoi ordini."
        );

    public string Username => Format("User name", "Nome utente");
    public string Password => Format("Password", "Password");
    public string Email => Format("E-mail", "E-mail");
    public string NewHere => Format("New here?", "Prima volta?");
    public string HaveAccount => Format("Been here before?", "Già dei nostri?");
    public string SignInFirst => Format("Sign in and go on where you were.", "Accedi e continua da dove eri.");

    public string NoOrders =>
        Format("No orders yet. Your first one is a few taps away.", "Ancora nessun ordine. Il primo è a pochi tocchi.");
    public string Order => Format("Order", "Ordine");
    public string Newer => Format("Newer", "Più recenti");
    public string PageRule =>
        Format("A page is a whole number from 1. This is the first.", "Una pagina è un numero intero da 1. Questa è la prima.");

    public string NoSuchPage(int last) =>
        last == 0
            ? Format("There are no orders, and so no further pages.", "Non ci sono ordini, e quindi nessun'altra pagina.")
            : Format($"The last page is {last}. This is the first.", $"L'ultima pagina è la {last}. Questa è la prima.");

    public string Older => Format("Older", "Meno recenti");
    public string Progress => Format("How far it is", "A che punto è");

    public string LateUntil(DateTimeOffset expected) =>
        Format(
            $"We are sorry: it takes longer than we promised. We now expect it at {Time(expected)}.",
            $"Ci dispiace: ci vuole più di quanto promesso. Ora è previsto per le {Time(expected)}."
        );

    public string WeAreLate => Format("Sorry, we are late. We promised", "Scusaci, siamo in ritardo. Avevamo promesso le");
    public string CallUs => Format("Call the pizzeria", "Chiama la pizzeria");
    public string PrintReceipt => Format("Print the receipt", "Stampa la ricevuta");
    public string PayAnotherWay => Format("Pay another way", "Paga in un altro modo");
    public string CanNotBePaidAgain =>
        Format(
            "These pizzas can't be ordered again as they are: something is sold out, or the order was not declined.",
            "Queste pizze non si possono ordinare di nuovo così: qualcosa è esaurito, o l'ordine non è stato rifiutato."
        );

    public string Cancel => Format("Cancel the order", "Annulla l'ordine");
    public string CancelReason => Format("Why?", "Perché?");
    public string ChangedMyMind => Format("Changed my mind", "Ho cambiato idea");
    public string WasCancelled => Format("This order was cancelled.", "Questo ordine è stato annullato.");
    public string CancelIsTooLate =>
        Format(
            "The kitchen cooks it already, so it can't be cancelled any more.",
            "La cucina lo sta già preparando, non si può più annullare."
        );
    public string OrderAgain => Format("Order this again", "Ordina di nuovo");
    public string InTheCartAgain => Format("It is all in your cart again.", "È di nuovo tutto nel carrello.");
    public string OrderIsCancelled => Format("The order is cancelled.", "L'ordine è annullato.");
    public string OrderIsPlaced => Format("Thank you! We have your order.", "Grazie! Abbiamo il tuo ordine.");

    public string EmailIsUnconfirmed =>
        Format(
            "Not confirmed yet: follow the link in our mail. Saving sends it again.",
            "Non ancora confermato: segui il link nella nostra e-mail. Salvando la riceverai di nuovo."
        );
    public string ConfirmEmail => Format("Confirm your e-mail address", "Conferma il tuo indirizzo e-mail");
    public string ConfirmEmailAsks =>
        Format("Shall we send news about your orders to your e-mail address?", "Vuoi ricevere via e-mail gli avvisi sui tuoi ordini?");
    public string Confirm => Format("Confirm", "Conferma");
    public string ConfirmationCode => Format("The code from our mail", "Il codice della nostra e-mail");
    public string CodeIsNoGood =>
        Format(
            "This link is not valid any more. Save your profile, and we send you another.",
            "Questo link non è più valido. Salva il tuo profilo e te ne mandiamo un altro."
        );
    public string EmailIsConfirmed => Format("Thank you, your address is confirmed.", "Grazie, il tuo indirizzo è confermato.");

    public string ProfileSaved => Format("Saved.", "Salvato.");
    public string SignOutEverywhere => Format("Sign out everywhere", "Esci da tutti i dispositivi");
    public string SignOutEverywhereHint =>
        Format(
            "Ends your sign-ins on all devices and browsers, this one too, within a minute.",
            "Chiude i tuoi accessi su tutti i dispositivi e browser, anche questo, entro un minuto."
        );
    public string FavouritePizza => Format("You order this most:", "La ordini più spesso:");
    public string NoNotifications => Format("No news. That is good news.", "Nessun avviso. Buon segno.");
    public string MarkAllRead => Format("Mark all as read", "Segna tutti come letti");

    public string OlderNews(int count) => Format($"Older news ({count})", $"Avvisi meno recenti ({count})");

    public string MarkRead => Format("Mark as read", "Segna come letto");
    public string Dismiss => Format("Dismiss", "Elimina");
    public string Unread => Format("new", "nuovo");
    public string SeeOrder => Format("See the order", "Vedi l'ordine");

    public string InHandIn(PromisedMinutes promise) =>
        Format(
            $"Delivery in {About(promise.Delivery)} · pickup in {About(promise.Pickup)}",
            $"Consegna in {About(promise.Delivery)} · ritiro in {About(promise.Pickup)}"
        );

    /// <summary>Returns the warning for managers that guests see "or more" instead of an exact time.</summary>
    public string PromisesAreLong(int minutes) =>
        Format(
            $"A delivery would be promised in {minutes} minutes now; guests read “{About(minutes)}”.",
            $"Una consegna ora sarebbe promessa tra {minutes} minuti; i clienti leggono «{About(minutes)}»."
        );

    /// <summary>Whether a promise is so long that guests do not see the exact figure.</summary>
    public bool IsLong(int minutes) => minutes >= mostMinutes;

    private string About(int minutes) =>
        IsLong(minutes)
            ? Format($"{mostMinutes} minutes or more", $"{mostMinutes} minuti o più")
            : Format($"{minutes} min", $"{minutes} min");

    public string InYourCart(string pizza) => Format($"{pizza} is in your cart.", $"{pizza} è nel carrello.");

    /// <summary>Returns why a pizza was not added to the cart.</summary>
    public string NotAdded(Error fault) =>
        fault.Code switch
        {
            ErrorCodes.SoldOut => Format("This pizza is sold out by now.", "Questa pizza è nel frattempo esaurita."),
            ErrorCodes.UnknownPizza => Format("This pizza is not on the menu.", "Questa pizza non è nel menù."),
            ErrorCodes.UnknownTopping => Format("One of these toppings is not on the menu.", "Uno di questi ingredienti non è nel menù."),
            _ => Of(fault),
        };

    public string From(Money price) => Format($"from {Price(price)}", $"da {Price(price)}");

    public string CanNotBeOrdered(IEnumerable<string> names) =>
        Format($"Can't be ordered now: {string.Join(", ", names)}.", $"Adesso non si può ordinare: {string.Join(", ", names)}.");

    public string Pizzas(int count) => count == 1 ? "1 pizza" : Format($"{count} pizzas", $"{count} pizze");

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
            PaymentStatus.Pending => Format("being arranged", "in corso"),
            PaymentStatus.CashDue => Format("due on handover", "da pagare alla consegna"),
            PaymentStatus.Paid => Format("paid", "pagato"),
            PaymentStatus.Declined => Format("declined", "rifiutato"),
            _ => Format("refunded", "rimborsato"),
        };

    /// <summary>Returns the state of an order's payment.</summary>
    public string PaymentOf(OrderResponse order) =>
        order is { Status: OrderStatus.Cancelled, PaymentMethod: PaymentMethod.Cash, Payment.Status: PaymentStatus.Pending }
            ? Format("nothing was collected", "niente è stato incassato")
            : Of(order.Payment.Status);

    /// <summary>Returns why an order was cancelled: a text for a known reason, otherwise the reason as it was written.</summary>
    public string CancellationReason(string reason) =>
        reason switch
        {
            "payment_declined" => Format("The card was declined.", "La carta è stata rifiutata."),
            "payment_unavailable" => Format("The card could not be charged.", "Non è stato possibile addebitare la carta."),
            "payment_expired" => Format("The payment did not arrive in time.", "Il pagamento non è arrivato in tempo."),
            _ => reason,
        };

    /// <summary>Returns the words before the promised time.</summary>
    public string InHand(Fulfilment fulfilment) =>
        fulfilment is Fulfilment.Pickup ? Format("Ready for you at", "Pronto per te alle") : Format("At your door", "Alla tua porta");

    public string PayAnotherWayHint(Money total) =>
        Format(
            $"We place a new order of the same pizzas at today's prices: {Price(total)}.",
            $"Facciamo un nuovo ordine delle stesse pizze ai prezzi di oggi: {Price(total)}."
        );

    /// <summary>Returns a sentence about an order's progress, for the top of its page and for screen readers.</summary>
    public string Progressing(OrderResponse order) =>
        order.Status switch
        {
            OrderStatus.Pending => Format("We have your order and see to the payment.", "Abbiamo il tuo ordine e pensiamo al pagamento."),
            OrderStatus.Confirmed => Format("Your order waits for a place in the oven.", "Il tuo ordine aspetta un posto nel forno."),
            OrderStatus.Cooking => Format("Your order is in the oven.", "Il tuo ordine è nel forno."),
            OrderStatus.Ready when order.Fulfilment is Fulfilment.Pickup => Format(
                "Your order is ready: come and fetch it.",
                "Il tuo ordine è pronto: vieni a prenderlo."
            ),
            OrderStatus.Ready => Format("Out of the oven, waiting for the driver.", "Sfornato, aspetta il fattorino."),
            OrderStatus.Delivering => Format("Your order is on its way to you.", "Il tuo ordine sta arrivando."),
            OrderStatus.Delivered => Format("Enjoy your meal!", "Buon appetito!"),
            _ => WasCancelled,
        };

    /// <summary>Returns a notification's title; an unknown type keeps the worker's title.</summary>
    public string NotificationTitle(NotificationResponse notification) =>
        notification.Type switch
        {
            "order_confirmed" => Format("Order confirmed", "Ordine confermato"),
            "order_ready" => Format("Order ready", "Ordine pronto"),
            "order_delivered" => Format("Order delivered", "Ordine consegnato"),
            "order_cancelled" => Format("Order cancelled", "Ordine annullato"),
            "delivery_failed" => Format("Order comes later", "L'ordine arriva più tardi"),
            _ => notification.Title,
        };

    /// <summary>Returns a notification's message. Fixed messages are translated; a reason written by a person stays as it is.</summary>
    public string NotificationMessage(NotificationResponse notification) =>
        notification.Type switch
        {
            "order_confirmed" => Format(notification.Message, "Il tuo ordine è confermato e aspetta il forno."),
            "order_ready" => Format(notification.Message, "Il tuo ordine è uscito dal forno."),
            "order_delivered" => Format(notification.Message, "Il tuo ordine è stato consegnato. Buon appetito!"),
            "delivery_failed" => Format(
                notification.Message,
                "Non abbiamo potuto consegnare il tuo ordine. Un fattorino lo riporta; arriva più tardi del previsto."
            ),
            "order_cancelled" => Format(notification.Message, "Il tuo ordine è stato annullato; il motivo è nella sua pagina."),
            _ => notification.Message,
        };
}
