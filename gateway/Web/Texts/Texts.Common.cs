using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The texts of all pages, and of errors.</summary>
internal sealed partial class Texts
{
    public string Menu => Format("Menu", "Menù");
    public string Orders => Format("Orders", "Ordini");
    public string Notifications => Format("News", "Avvisi");
    public string Profile => Format("Profile", "Profilo");
    public string SignIn => Format("Sign in", "Accedi");
    public string SignUp => Format("Sign up", "Registrati");
    public string SignOut => Format("Sign out", "Esci");
    public string SkipToContent => Format("Skip to content", "Vai al contenuto");
    public string MainNavigation => Format("Main", "Principale");
    public string Footer => Format("Hand-stretched since this morning.", "Stesa a mano da stamattina.");
    public string ConnectionLost => Format("Connection lost. Trying to get it back…", "Connessione persa. Sto provando a ristabilirla…");
    public string Optional => Format("optional", "facoltativo");
    public string BackToMenu => Format("Back to the menu", "Torna al menù");
    public string TryAgain => Format("Try again", "Riprova");
    public string Save => Format("Save", "Salva");

    public string SignedOutMeanwhile =>
        Format(
            "You were signed out meanwhile. Nothing was sent yet: have a look, and send it once more.",
            "Nel frattempo la sessione è finita. Niente è stato ancora inviato: controlla e invia di nuovo."
        );
    public string FormWasOld =>
        Format(
            "This form was older than your session. Nothing was sent yet: have a look, and send it once more.",
            "Questo modulo era più vecchio della tua sessione. Niente è stato ancora inviato: controlla e invia di nuovo."
        );

    public string WholeNumberRule(int least, int most) =>
        Format($"A whole number from {least} to {most}.", $"Un numero intero da {least} a {most}.");

    public string CartWith(int pizzas) =>
        pizzas switch
        {
            0 => Format("Cart, empty", "Carrello vuoto"),
            1 => Format("Cart, 1 pizza", "Carrello, 1 pizza"),
            _ => Format($"Cart, {pizzas} pizzas", $"Carrello, {pizzas} pizze"),
        };

    public string Size(PizzaSize size) =>
        size switch
        {
            PizzaSize.Small => Format("Small", "Piccola"),
            PizzaSize.Medium => Format("Medium", "Media"),
            _ => Format("Large", "Grande"),
        };

    /// <summary>Returns a topping's name; a topping without a translation keeps its own name.</summary>
    public string Topping(string name) =>
        name switch
        {
            "pepperoni" => Format("pepperoni", "salame piccante"),
            "ham" => Format("ham", "prosciutto"),
            "pineapple" => Format("pineapple", "ananas"),
            "peppers" => Format("peppers", "peperoni"),
            "mushrooms" => Format("mushrooms", "funghi"),
            "onions" => Format("onions", "cipolle"),
            "olives" => Format("olives", "olive"),
            "chicken" => Format("chicken", "pollo"),
            "sausage" => Format("sausage", "salsiccia"),
            "bacon" => Format("bacon", "pancetta"),
            "extra-cheese" => Format("extra cheese", "mozzarella in più"),
            "basil" => Format("basil", "basilico"),
            "jalapenos" => Format("jalapeños", "jalapeño"),
            "anchovies" => Format("anchovies", "acciughe"),
            _ => name.Replace('-', ' '),
        };

    public string Toppings(IEnumerable<string> names) => string.Join(", ", names.Select(Topping));

    public string Status(OrderStatus status) =>
        status switch
        {
            OrderStatus.Pending => Format("Placed", "Ricevuto"),
            OrderStatus.Confirmed => Format("Confirmed", "Confermato"),
            OrderStatus.Cooking => Format("Cooking", "In forno"),
            OrderStatus.Ready => Format("Ready", "Pronto"),
            OrderStatus.Delivering => Format("On the way", "In consegna"),
            OrderStatus.Delivered => Format("Delivered", "Consegnato"),
            _ => Format("Cancelled", "Annullato"),
        };

    /// <summary>Returns the name of a status for a known kind of fulfilment.</summary>
    public string Status(OrderStatus status, Fulfilment fulfilment) =>
        (status, fulfilment) is (OrderStatus.Delivered, Fulfilment.Pickup) ? Format("Picked up", "Ritirato") : Status(status);

    /// <summary>Returns a sentence for an error.</summary>
    public string Of(Error fault) =>
        fault.Code switch
        {
            ErrorCodes.Validation => Format("Something is missing or not quite right.", "Manca qualcosa o qualcosa non va."),
            ErrorCodes.Unauthenticated => Format("The user name or the password is wrong.", "Il nome utente o la password sono sbagliati."),
            ErrorCodes.AlreadyExists => Format("This user name is taken.", "Questo nome utente è già preso."),
            ErrorCodes.RateLimited => Format("Too many tries. Wait a little.", "Troppi tentativi. Aspetta un momento."),
            ErrorCodes.SoldOut => Format("A pizza in your cart is sold out by now.", "Una pizza nel carrello è nel frattempo esaurita."),
            ErrorCodes.UnknownPizza or ErrorCodes.UnknownTopping => Format(
                "Something in your cart is no longer on the menu.",
                "Qualcosa nel carrello non è più nel menù."
            ),
            ErrorCodes.IllegalTransition => Format("It is too late for that.", "È troppo tardi."),
            ErrorCodes.IdempotencyInProgress => Format(
                "Your order is still being placed. Press the button once more in a moment.",
                "Stiamo ancora registrando il tuo ordine. Premi di nuovo il pulsante tra un momento."
            ),
            ErrorCodes.SlotFull => Format(
                "This time is fully booked by now. Choose another.",
                "Quest'orario è ormai al completo. Scegline un altro."
            ),
            ErrorCodes.ShopClosed => Format("We are closed right now.", "Al momento siamo chiusi."),
            ErrorCodes.KitchenPaused => Format("The kitchen takes no orders right now.", "La cucina al momento non accetta ordini."),
            ErrorCodes.MenuUnavailable or ErrorCodes.Unavailable => Format(
                "The pizzeria can't take this right now. Nothing was lost: try again in a moment.",
                "La pizzeria al momento non può farlo. Niente è andato perso: riprova tra poco."
            ),
            _ => Format("That did not work.", "Non ha funzionato."),
        };

    /// <summary>Returns the text beside a refused field. It describes the service's validation rule.</summary>
    public string FieldRule(string field) =>
        field[(field.LastIndexOf('.') + 1)..] switch
        {
            "username" => Format(
                "3 to 64 letters, digits, dots, dashes, underscores or @.",
                "Da 3 a 64 lettere, cifre, punti, trattini, trattini bassi o @."
            ),
            "password" => Format("8 to 128 characters.", "Da 8 a 128 caratteri."),
            "name" => Format("Your name, up to 100 characters.", "Il tuo nome, fino a 100 caratteri."),
            "email" => Format("An e-mail address, like anna@example.com.", "Un indirizzo e-mail, come anna@example.com."),
            "phone" => Format("7 to 20 digits, for example +39 055 123456.", "Da 7 a 20 cifre, per esempio +39 055 123456."),
            "address" => Format("Street and number, up to 200 characters.", "Via e numero, fino a 200 caratteri."),
            "notes" or "doorNotes" or "reason" => Format("Up to 500 characters.", "Fino a 500 caratteri."),
            "allergyNote" => Format("Up to 200 characters.", "Fino a 200 caratteri."),
            "requestedFor" => ChooseATime,
            "paymentMethod" or "fulfilment" or "cardToken" or "size" => Format("Choose one of these.", "Scegline uno."),
            _ => Format("This is not valid.", "Questo non è valido."),
        };

    /// <summary>Returns the heading and advice of an error page.</summary>
    public (string Heading, string Advice) Problem(string kind, int status) =>
        (kind, status) switch
        {
            (ProblemPage.OldForm, _) => (
                Format("This form has grown cold", "Questo modulo si è raffreddato"),
                Format(
                    "It belongs to a session that is over. Load the page again and send it once more.",
                    "Appartiene a una sessione finita. Ricarica la pagina e invialo di nuovo."
                )
            ),
            (_, 403) => (
                Format("This door is for others", "Questa porta è per altri"),
                Format(
                    "Your account may not see this page. Sign in with one that may.",
                    "Il tuo account non può vedere questa pagina. Accedi con uno che può."
                )
            ),
            (_, 404) => (
                Format("Nobody ordered this page", "Nessuno ha ordinato questa pagina"),
                Format("There is nothing at this address, or it is not yours to see.", "A questo indirizzo non c'è niente, o non è per te.")
            ),
            (_, 429) => (
                Format("Easy, easy", "Con calma"),
                Format("That was a bit much at once. Wait a little and try again.", "Troppo in una volta. Aspetta un po' e riprova.")
            ),
            (_, 503) => (
                Format("The oven is out for a moment", "Il forno è spento per un momento"),
                Format(
                    "Part of the pizzeria does not answer. What you ordered is safe; try again in a few seconds.",
                    "Una parte della pizzeria non risponde. I tuoi ordini sono al sicuro; riprova tra qualche secondo."
                )
            ),
            (_, >= 500) => (
                Format("We dropped something", "Ci è caduto qualcosa"),
                Format(
                    "That is our fault, and it is noted. What you ordered is safe.",
                    "È colpa nostra, e ne abbiamo preso nota. I tuoi ordini sono al sicuro."
                )
            ),
            _ => (
                Format("That did not work", "Non ha funzionato"),
                Format("The request could not be understood.", "Non abbiamo capito la richiesta.")
            ),
        };

    public string Trace(string id) => Format($"If you ask us about it, mention {id}.", $"Se ci scrivi, cita {id}.");
}
