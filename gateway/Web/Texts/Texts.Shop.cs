namespace MariosPizzeria.Gateway.Web;

/// <summary>The texts about opening hours and orders for later.</summary>
internal sealed partial class Texts
{
    public string When => Format("When", "Quando");
    public string AsSoonAsPossible => Format("As soon as possible", "Appena possibile");
    public string FullyBooked => Format("full", "al completo");
    public string OrderedFor => Format("Ordered for", "Ordinato per");
    public string OrderForLater => Format("You can order for later.", "Puoi ordinare per più tardi.");
    public string ChooseATime => Format("Choose a time.", "Scegli un orario.");

    public string TheShop => Format("Opening hours and busy minutes", "Orari di apertura e minuti in più");
    public string OpeningHoursLabel => Format("Opening hours", "Orari di apertura");
    public string HoursHint =>
        Format(
            "For example mon-fri 11:00-14:00,18:00-23:00;sat 11:00-01:00",
            "Per esempio mon-fri 11:00-14:00,18:00-23:00;sat 11:00-01:00"
        );
    public string HoursRule =>
        Format(
            "Days (mon, tue, wed, thu, fri, sat, sun) and times, as in the example.",
            "Giorni (mon, tue, wed, thu, fri, sat, sun) e orari, come nell'esempio."
        );
    public string HoursSaved => Format("The opening hours are set.", "Orari di apertura impostati.");
    public string BusyMinutes => Format("Minutes added to every promise", "Minuti aggiunti a ogni promessa");
    public string BusyRule => Format("A whole number from 0 to 120.", "Un numero intero da 0 a 120.");
    public string BusySaved => Format("The busy minutes are set.", "Minuti in più impostati.");

    /// <summary>Formats a day of about the next week, in the shop's time zone: <c>Monday 30</c>, <c>lunedì 30</c>.</summary>
    public string Weekday(DateTimeOffset at) => days.Local(at).ToString("dddd d", Culture);

    /// <summary>Returns why no orders for now are taken; null if they are.</summary>
    public string? NotTakingOrders(ShopResponse shop) =>
        shop switch
        {
            { AcceptingOrders: true } => null,
            { Open: false, OpensAt: { } opensAt } => Format(
                $"We are closed. We open on {Weekday(opensAt)}, {Time(opensAt)}.",
                $"Siamo chiusi. Apriamo {Weekday(opensAt)}, {Time(opensAt)}."
            ),
            { Open: false } => Format("We are closed.", "Siamo chiusi."),
            { Reason: { Length: > 0 } reason } => Format(
                $"The kitchen takes no orders right now: {reason}",
                $"La cucina al momento non accetta ordini: {reason}"
            ),
            _ => Format("The kitchen takes no orders right now.", "La cucina al momento non accetta ordini."),
        };
}
