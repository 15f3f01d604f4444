using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The words of the manager's pages.</summary>
internal sealed partial class Texts
{
    private static readonly string[] EnglishMonths = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    public string Management => Say("Management", "Gestione");
    public string Figures => Say("Figures", "Cifre");
    public string EditMenu => Say("Edit menu", "Modifica menù");
    public string ManagementPages => Say("Management pages", "Pagine di gestione");
    public string TodayAgainstYesterday => Say("Today against yesterday", "Oggi rispetto a ieri");
    public string DaysAreUtc =>
        Say(
            "Yesterday is counted until the same time of day. Days are UTC; the figures follow by themselves.",
            "Ieri è contato fino alla stessa ora. I giorni sono UTC; le cifre si aggiornano da sole."
        );
    public string Revenue => Say("Revenue", "Incasso");
    public string OrdersPlaced => Say("Orders placed", "Ordini ricevuti");
    public string AverageOrder => Say("Average order", "Ordine medio");
    public string PromisesKept => Say("Promises kept", "Promesse mantenute");
    public string CookingTime => Say("Time in the oven", "Tempo in forno");
    public string DeliveryTime => Say("Time on the road", "Tempo in strada");
    public string AsYesterday => Say("as much as yesterday", "come ieri");
    public string NotYet => Say("none yet", "ancora niente");

    public string OverTime => Say("Over time", "Nel tempo");
    public string PeriodChoice => Say("Divided into", "Diviso in");
    public string InDays => Say("Days", "Giorni");
    public string InWeeks => Say("Weeks", "Settimane");
    public string InMonths => Say("Months", "Mesi");
    public string Period => Say("Period", "Periodo");
    public string PromisedAgainstReal => Say("Promised against real time", "Tempo promesso e tempo reale");
    public string PromisedMinutes => Say("Promised (minutes)", "Promesso (minuti)");
    public string RealMinutes => Say("Real (minutes)", "Reale (minuti)");
    public string KeptShare => Say("Kept", "Mantenute");
    public string PizzasSold => Say("Pizzas sold", "Pizze vendute");
    public string Pizza => Say("Pizza", "Pizza");
    public string Sold => Say("Sold", "Vendute");
    public string NowAndLately => Say("Now, and in the last thirty days", "Adesso e negli ultimi trenta giorni");
    public string OrdersByStatus => Say("Orders by status", "Ordini per stato");
    public string StatusHeading => Say("Status", "Stato");
    public string HowMany => Say("How many", "Quanti");
    public string Team => Say("Staff", "Personale");
    public string Who => Say("Who", "Chi");
    public string Work => Say("Work", "Lavoro");
    public string MinutesEach => Say("Minutes each", "Minuti l'uno");
    public string AsTable => Say("The figures as a table", "Le cifre in tabella");
    public string DownloadCsv => Say("Download as CSV", "Scarica in CSV");
    public string NothingYet => Say("Nothing to show yet.", "Ancora niente da mostrare.");

    public string TheKitchen => Say("The kitchen", "La cucina");
    public string KitchenIsOpen => Say("It takes orders.", "Prende ordini.");
    public string KitchenDoesNotAnswer => Say("The kitchen does not answer right now.", "La cucina al momento non risponde.");
    public string PauseKitchen => Say("Pause the kitchen", "Ferma la cucina");
    public string PauseReason => Say("Why? Guests read this.", "Perché? Lo leggono i clienti.");
    public string ResumeKitchen => Say("Take orders again", "Riprendi gli ordini");
    public string KitchenPausedNow => Say("The kitchen takes no new orders.", "La cucina non prende nuovi ordini.");
    public string KitchenResumed => Say("The kitchen takes orders again.", "La cucina riprende gli ordini.");
    public string Capacity => Say("Orders in the oven at the same time", "Ordini in forno insieme");
    public string BucketRule =>
        Say(
            "The charts are divided into days, weeks or months: bucket is day, week or month. These are days.",
            "I grafici sono divisi in giorni, settimane o mesi: bucket è day, week o month. Questi sono giorni."
        );
    public string CapacityRule => Say("A whole number from 1 to 100.", "Un numero intero da 1 a 100.");
    public string ReasonRule => Say("Up to 200 characters.", "Fino a 200 caratteri.");
    public string CapacitySaved => Say("The capacity is set.", "Capacità impostata.");

    public string AddPizza => Say("Add a pizza", "Aggiungi una pizza");
    public string Edit => Say("Edit", "Modifica");
    public string OnSale => Say("On sale", "In vendita");
    public string MarkSoldOut => Say("Sold out", "Esaurita");
    public string SoldOutReason => Say("Why is it sold out?", "Perché è esaurita?");
    public string ChangeNothing => Say("Leave it as it is", "Lascia com'è");
    public string BackOnSale => Say("Back on sale", "Di nuovo in vendita");
    public string BasePriceLabel => Say("Base price", "Prezzo base");
    public string BasePriceHint => Say("small, without toppings, in $", "piccola, senza ingredienti, in $");
    public string Description => Say("Description", "Descrizione");
    public string OwnToppings => Say("Toppings", "Ingredienti");
    public string RemoveFromMenu => Say("Take it off the menu", "Togli dal menù");
    public string RemoveForGood => Say("Guests can't order it any more. Sure?", "I clienti non potranno più ordinarla. Sicuro?");
    public string PizzaNameRule => Say("1 to 100 characters, with a letter or digit.", "Da 1 a 100 caratteri, con una lettera o cifra.");
    public string DescriptionRule => Say("Up to 500 characters.", "Fino a 500 caratteri.");
    public string BasePriceRule => Say("An amount from 0.01 to 999.99, like 12.99.", "Un importo da 0,01 a 999,99, come 12,99.");
    public string ToppingsRule => Say("At most ten of these.", "Al massimo dieci di questi.");
    public string PizzaHasChanged =>
        Say(
            "Somebody else has changed this pizza since you opened it. Nothing was saved: compare, and save again if yours is right.",
            "Qualcun altro ha cambiato questa pizza da quando l'hai aperta. Niente è stato salvato: confronta e salva di nuovo se la tua è giusta."
        );
    public string StoredNow => Say("Stored now:", "Salvato adesso:");
    public string PizzaExists => Say("There is a pizza of this name already.", "C'è già una pizza con questo nome.");
    public string UnknownToppingNow =>
        Say("The kitchen does not have one of these toppings.", "La cucina non ha uno di questi ingredienti.");

    public string Minutes(decimal? minutes) => minutes is { } some ? Say($"{Number(some, 1)} min", $"{Number(some, 1)} min") : NotYet;

    public string Percent(decimal? percent) => percent is { } some ? $"{Number(some, 1)}%" : NotYet;

    /// <summary>How today stands against yesterday, with a sign that can be read and not only seen.</summary>
    public string Against(decimal more, decimal? percent, Func<decimal, string> told) =>
        more == 0 ? AsYesterday
        : more > 0 ? Say($"▲ {told(more)} more than yesterday{Share(percent)}", $"▲ {told(more)} più di ieri{Share(percent)}")
        : Say($"▼ {told(-more)} less than yesterday{Share(percent)}", $"▼ {told(-more)} meno di ieri{Share(percent)}");

    public string KeptOf(PromiseResponse promise) =>
        Say($"{promise.Kept} of {promise.Orders} orders ready in time", $"{promise.Kept} ordini su {promise.Orders} pronti in tempo");

    /// <summary>A part of a timeseries, short enough for an axis: <c>22 Nov</c>, <c>W47</c>, <c>Nov</c>.</summary>
    public string Short(Bucket bucket, TimeseriesItem part) =>
        bucket switch
        {
            Bucket.Day => string.Create(CultureInfo.InvariantCulture, $"{part.From.Day} {Month(part.From)}"),
            Bucket.Week => Say(part.Period[5..], $"S{part.Period[6..]}"),
            _ => Month(part.From),
        };

    /// <summary>A figure on an axis: 800, 12k.</summary>
    public string Rough(decimal value) => value >= 10_000 ? $"{Number(value / 1000)}k" : Number(value);

    public string RevenueSays(Money sum, string best, Money most) =>
        Say($"{Price(sum)} together; most in {best}: {Price(most)}.", $"{Price(sum)} in tutto; il massimo in {best}: {Price(most)}.");

    public string OrdersSay(int sum, string best, int most) =>
        Say(
            $"{Number(sum)} orders together; most in {best}: {Number(most)}.",
            $"{Number(sum)} ordini in tutto; il massimo in {best}: {Number(most)}."
        );

    public string PromisesSay(int kept, int orders) =>
        Say(
            $"{Number(kept)} of {Number(orders)} orders were ready when promised, or earlier.",
            $"{Number(kept)} ordini su {Number(orders)} erano pronti all'ora promessa o prima."
        );

    public string PizzasSay(string name, int quantity) =>
        Say(
            $"Last thirty days. Most sold: {name}, {Number(quantity)}.",
            $"Ultimi trenta giorni. La più venduta: {name}, {Number(quantity)}."
        );

    public string StatusesSay(long active) =>
        Say(
            $"{Number(active)} under way now; delivered and cancelled of today.",
            $"{Number(active)} in corso; consegnati e annullati di oggi."
        );

    public string StaffSays(string name, int orders) =>
        Say(
            $"Last thirty days. Busiest: {name}, {Number(orders)} orders.",
            $"Ultimi trenta giorni. Il più attivo: {name}, {Number(orders)} ordini."
        );

    public string RoleName(string role) =>
        role switch
        {
            "chef" => Say("chef", "cuoco"),
            "driver" => Say("driver", "fattorino"),
            _ => role,
        };

    public string KitchenLoad(StatusResponse kitchen) =>
        Say(
            $"{kitchen.Cooking} of {kitchen.Capacity} places in the oven taken, {kitchen.Queued} waiting, {kitchen.Ready} ready.",
            $"{kitchen.Cooking} posti su {kitchen.Capacity} occupati in forno, {kitchen.Queued} in attesa, {kitchen.Ready} pronti."
        );

    public string KitchenPausedBecause(string? reason) =>
        reason is null ? KitchenPausedNow : Say($"It takes no new orders: {reason}", $"Non prende nuovi ordini: {reason}");

    public string PizzaSaved(string name) => Say($"{name} is saved.", $"{name} è salvata.");

    public string PizzaRemoved(string name) => Say($"{name} is off the menu.", $"{name} è tolta dal menù.");

    public string IsSoldOutNow(string name) => Say($"{name} is sold out.", $"{name} è esaurita.");

    public string IsBackOnSale(string name) => Say($"{name} is back on sale.", $"{name} è di nuovo in vendita.");

    private string Month(DateOnly day) => language is Language.Italian ? ItalianMonths[day.Month - 1] : EnglishMonths[day.Month - 1];

    private string Share(decimal? percent) => percent is { } some ? $" ({Number(Math.Abs(some), 1)}%)" : "";
}
