using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Gateway.Web;

/// <summary>What every page says, and what is said when something is refused.</summary>
internal sealed partial class Texts
{
    public string Menu => Say("Menu", "Menù");
    public string Orders => Say("Orders", "Ordini");
    public string Notifications => Say("News", "Avvisi");
    public string Profile => Say("Profile", "Profilo");
    public string SignIn => Say("Sign in", "Accedi");
    public string SignUp => Say("Sign up", "Registrati");
    public string SignOut => Say("Sign out", "Esci");
    public string SkipToContent => Say("Skip to content", "Vai al contenuto");
    public string MainNavigation => Say("Main", "Principale");
    public string Footer => Say("Hand-stretched since this morning.", "Stesa a mano da stamattina.");
    public string ConnectionLost => Say("Connection lost. Trying to get it back…", "Connessione persa. Sto provando a ristabilirla…");
    public string Optional => Say("optional", "facoltativo");
    public string BackToMenu => Say("Back to the menu", "Torna al menù");
    public string TryAgain => Say("Try again", "Riprova");
    public string Save => Say("Save", "Salva");

    public string SignedOutMeanwhile =>
        Say(
            "You were signed out meanwhile. Nothing was sent yet: have a look, and send it once more.",
            "Nel frattempo la sessione è finita. Niente è stato ancora inviato: controlla e invia di nuovo."
        );
    public string FormWasOld =>
        Say(
            "This form was older than your session. Nothing was sent yet: have a look, and send it once more.",
            "Questo modulo era più vecchio della tua sessione. Niente è stato ancora inviato: controlla e invia di nuovo."
        );

    public string WholeNumberRule(int least, int most) =>
        Say($"A whole number from {least} to {most}.", $"Un numero intero da {least} a {most}.");

    public string CartWith(int pizzas) =>
        pizzas switch
        {
            0 => Say("Cart, empty", "Carrello vuoto"),
            1 => Say("Cart, 1 pizza", "Carrello, 1 pizza"),
            _ => Say($"Cart, {pizzas} pizzas", $"Carrello, {pizzas} pizze"),
        };

    public string Size(PizzaSize size) =>
        size switch
        {
            PizzaSize.Small => Say("Small", "Piccola"),
            PizzaSize.Medium => Say("Medium", "Media"),
            _ => Say("Large", "Grande"),
        };

    /// <summary>A topping by its name; one that the translator has not met yet is called as the kitchen calls it.</summary>
    public string Topping(string name) =>
        name switch
        {
            "pepperoni" => Say("pepperoni", "salame piccante"),
            "ham" => Say("ham", "prosciutto"),
            "pineapple" => Say("pineapple", "ananas"),
            "peppers" => Say("peppers", "peperoni"),
            "mushrooms" => Say("mushrooms", "funghi"),
            "onions" => Say("onions", "cipolle"),
            "olives" => Say("olives", "olive"),
            "chicken" => Say("chicken", "pollo"),
            "sausage" => Say("sausage", "salsiccia"),
            "bacon" => Say("bacon", "pancetta"),
            "extra-cheese" => Say("extra cheese", "mozzarella in più"),
            "basil" => Say("basil", "basilico"),
            "jalapenos" => Say("jalapeños", "jalapeño"),
            "anchovies" => Say("anchovies", "acciughe"),
            _ => name.Replace('-', ' '),
        };

    public string Toppings(IEnumerable<string> names) => string.Join(", ", names.Select(Topping));

    /// <summary>How far an order is.</summary>
    public string Status(OrderStatus status) =>
        status switch
        {
            OrderStatus.Pending => Say("Placed", "Ricevuto"),
            OrderStatus.Confirmed => Say("Confirmed", "Confermato"),
            OrderStatus.Cooking => Say("Cooking", "In forno"),
            OrderStatus.Ready => Say("Ready", "Pronto"),
            OrderStatus.Delivering => Say("On the way", "In consegna"),
            OrderStatus.Delivered => Say("Delivered", "Consegnato"),
            _ => Say("Cancelled", "Annullato"),
        };

    /// <summary>The same where it is known how the customer gets it.</summary>
    public string Status(OrderStatus status, Fulfilment fulfilment) =>
        (status, fulfilment) is (OrderStatus.Delivered, Fulfilment.Pickup) ? Say("Picked up", "Ritirato") : Status(status);

    /// <summary>A fault in a sentence that helps.</summary>
    public string Of(Fault fault) =>
        fault.Slug switch
        {
            Slugs.Validation => Say("Something is missing or not quite right.", "Manca qualcosa o qualcosa non va."),
            Slugs.Unauthenticated => Say("The user name or the password is wrong.", "Il nome utente o la password sono sbagliati."),
            Slugs.AlreadyExists => Say("This user name is taken.", "Questo nome utente è già preso."),
            Slugs.RateLimited => Say("Too many tries. Wait a little.", "Troppi tentativi. Aspetta un momento."),
            Slugs.SoldOut => Say("A pizza in your cart is sold out by now.", "Una pizza nel carrello è nel frattempo esaurita."),
            Slugs.UnknownPizza or Slugs.UnknownTopping => Say(
                "Something in your cart is no longer on the menu.",
                "Qualcosa nel carrello non è più nel menù."
            ),
            Slugs.IllegalTransition => Say("It is too late for that.", "È troppo tardi."),
            Slugs.IdempotencyInProgress => Say(
                "Your order is still being placed. Press the button once more in a moment.",
                "Stiamo ancora registrando il tuo ordine. Premi di nuovo il pulsante tra un momento."
            ),
            Slugs.MenuUnavailable or Slugs.Unavailable => Say(
                "The pizzeria can't take this right now. Nothing was lost: try again in a moment.",
                "La pizzeria al momento non può farlo. Niente è andato perso: riprova tra poco."
            ),
            _ => Say("That did not work.", "Non ha funzionato."),
        };

    /// <summary>What stands beside a field that was refused. The rules are the service's, the words ours.</summary>
    public string FieldRule(string field) =>
        field[(field.LastIndexOf('.') + 1)..] switch
        {
            "username" => Say(
                "3 to 64 letters, digits, dots, dashes, underscores or @.",
                "Da 3 a 64 lettere, cifre, punti, trattini, trattini bassi o @."
            ),
            "password" => Say("8 to 128 characters.", "Da 8 a 128 caratteri."),
            "name" => Say("Your name, up to 100 characters.", "Il tuo nome, fino a 100 caratteri."),
            "email" => Say("An e-mail address, like anna@example.com.", "Un indirizzo e-mail, come anna@example.com."),
            "phone" => Say("7 to 20 digits, for example +39 055 123456.", "Da 7 a 20 cifre, per esempio +39 055 123456."),
            "address" => Say("Street and number, up to 200 characters.", "Via e numero, fino a 200 caratteri."),
            "notes" or "reason" => Say("Up to 500 characters.", "Fino a 500 caratteri."),
            "paymentMethod" or "fulfilment" or "cardToken" or "size" => Say("Choose one of these.", "Scegline uno."),
            _ => Say("This is not valid.", "Questo non è valido."),
        };

    /// <summary>Heading and advice of a page that stands in for another.</summary>
    public (string Heading, string Advice) Problem(string kind, int status) =>
        (kind, status) switch
        {
            (ProblemPage.OldForm, _) => (
                Say("This form has grown cold", "Questo modulo si è raffreddato"),
                Say(
                    "It belongs to a session that is over. Load the page again and send it once more.",
                    "Appartiene a una sessione finita. Ricarica la pagina e invialo di nuovo."
                )
            ),
            (_, 403) => (
                Say("This door is for others", "Questa porta è per altri"),
                Say(
                    "Your account may not see this page. Sign in with one that may.",
                    "Il tuo account non può vedere questa pagina. Accedi con uno che può."
                )
            ),
            (_, 404) => (
                Say("Nobody ordered this page", "Nessuno ha ordinato questa pagina"),
                Say("There is nothing at this address, or it is not yours to see.", "A questo indirizzo non c'è niente, o non è per te.")
            ),
            (_, 429) => (
                Say("Easy, easy", "Con calma"),
                Say("That was a bit much at once. Wait a little and try again.", "Troppo in una volta. Aspetta un po' e riprova.")
            ),
            (_, 503) => (
                Say("The oven is out for a moment", "Il forno è spento per un momento"),
                Say(
                    "Part of the pizzeria does not answer. What you ordered is safe; try again in a few seconds.",
                    "Una parte della pizzeria non risponde. I tuoi ordini sono al sicuro; riprova tra qualche secondo."
                )
            ),
            (_, >= 500) => (
                Say("We dropped something", "Ci è caduto qualcosa"),
                Say(
                    "That is our fault, and it is noted. What you ordered is safe.",
                    "È colpa nostra, e ne abbiamo preso nota. I tuoi ordini sono al sicuro."
                )
            ),
            _ => (
                Say("That did not work", "Non ha funzionato"),
                Say("The request could not be understood.", "Non abbiamo capito la richiesta.")
            ),
        };

    public string Trace(string id) => Say($"If you ask us about it, mention {id}.", $"Se ci scrivi, cita {id}.");
}
