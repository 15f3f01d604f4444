namespace MariosPizzeria.Gateway.Web;

/// <summary>The texts for guests who order without an account, and for allergies.</summary>
internal sealed partial class Texts
{
    public string DoorNotes => Format("Note for the driver", "Nota per il fattorino");
    public string DoorNotesHint => Format("Bell, floor, gate code.", "Campanello, piano, codice del portone.");
    public string Allergies => Format("Allergies", "Allergie");
    public string AllergiesHint => Format("Tick what must not be in your food.", "Segna quello che non deve esserci nel tuo ordine.");
    public string AllergyNote => Format("Something else we must know", "Altro che dobbiamo sapere");
    public string RememberMe =>
        Format("Remember name, phone and address in this browser", "Ricorda nome, telefono e indirizzo in questo browser");
    public string ForgetMe => Format("Forget me", "Dimenticami");
    public string WithoutAccount => Format("You order without an account.", "Ordini senza un account.");
    public string KeepThisLink =>
        Format(
            "Keep the address of this page: it is your key to this order.",
            "Conserva l'indirizzo di questa pagina: è la tua chiave per questo ordine."
        );
    public string KeepOrder => Format("Keep this order in an account", "Conserva questo ordine in un account");
    public string OrderIsKept => Format("The order is in your account.", "L'ordine è nel tuo account.");

    /// <summary>Returns allergies as part of a sentence: those of the list, then the customer's own words.</summary>
    public string AllergiesOf(IReadOnlyList<Allergen> allergies, string? note) =>
        string.Join(" · ", new[] { AllergenList(allergies), note }.Where(part => !string.IsNullOrEmpty(part)));
}
