namespace MariosPizzeria.Gateway.Web;

internal sealed partial class Texts
{
    public string Management => Format("Management", "Gestione");
    public string Figures => Format("Figures", "Cifre");
    public string EditMenu => Format("Edit menu", "Modifica menù");
    public string ManagementPages => Format("Management pages", "Pagine di gestione");
    public string TodayAgainstYesterday => Format("Today against yesterday", "Oggi rispetto a ieri");
    public string DaysAreTheShops =>
        Format(
            "Yesterday is counted until the same time of day. Days are the shop's; the figures follow by themselves.",
            "Ieri è contato fino alla stessa ora. I giorni sono quelli del locale; le cifre si aggiornano da sole."
        );
    public string Revenue => Format("Revenue", "Incasso");
    public string OrdersPlaced => Format("Orders placed", "Ordini ricevuti");
    public string AverageOrder => Format("Average order", "Ordine medio");
    public string PromisesKept => Format("Promises kept", "Promesse mantenute");
    public string CookingTime => Format("Time in the oven", "Tempo in forno");
    public string DeliveryTime => Format("Time on the road", "Tempo in strada");
    public string AsYesterday => Format("as much as yesterday", "come ieri");
    public string NotYet => Format("none yet", "ancora niente");

    public string OverTime => Format("Over time", "Nel tempo");
    public string PeriodChoice => Format("Divided into", "Diviso in");
    public string InDays => Format("Days", "Giorni");
    public string InWeeks => Format("Weeks", "Settimane");
    public string InMonths => Format("Months", "Mesi");
    public string Period => Format("Period", "Periodo");
    public string PromisedAgainstReal => Format("Promised against real time", "Tempo promesso e tempo reale");
    public string PromisedMinutes => Format("Promised (minutes)", "Promesso (minuti)");
    public string RealMinutes => Format("Real (minutes)", "Reale (minuti)");
    public string KeptShare => Format("Kept", "Mantenute");
    public string PizzasSold => Format("Pizzas sold", "Pizze vendute");
    public string Pizza => Format("Pizza", "Pizza");
    public string Sold => Format("Sold", "Vendute");
    public string NowAndLately => Format("Now, and in the last thirty days", "Adesso e negli ultimi trenta giorni");
    public string OrdersByStatus => Format("Orders by status", "Ordini per stato");
    public string StatusHeading => Format("Status", "Stato");
    public string HowMany => Format("How many", "Quanti");
    public string Team => Format("Staff", "Personale");
    public string Who => Format("Who", "Chi");
    public string Work => Format("Work", "Lavoro");
    public string MinutesEach => Format("Minutes each", "Minuti l'uno");
    public string AsTable => Format("The figures as a table", "Le cifre in tabella");
    public string DownloadCsv => Format("Download as CSV", "Scarica in CSV");
    public string NothingYet => Format("Nothing to show yet.", "Ancora niente da mostrare.");

    public string TheKitchen => Format("The kitchen", "La cucina");
    public string KitchenIsOpen => Format("It takes orders.", "Prende ordini.");
    public string KitchenDoesNotAnswer => Format("The kitchen does not answer right now.", "La cucina al momento non risponde.");
    public string PauseKitchen => Format("Pause the kitchen", "Ferma la cucina");
    public string PauseReason => Format("Why? Guests read this.", "Perché? Lo leggono i clienti.");
    public string ResumeKitchen => Format("Take orders again", "Riprendi gli ordini");
    public string KitchenPausedNow => Format("The kitchen takes no new orders.", "La cucina non prende nuovi ordini.");
    public string KitchenResumed => Format("The kitchen takes orders again.", "La cucina riprende gli ordini.");
    public string Capacity => Format("Orders in the oven at the same time", "Ordini in forno insieme");
    public string BucketRule =>
        Format(
            "The charts are divided into days, weeks or months: bucket must be day, week or month. Days are shown.",
            "I grafici sono divisi in giorni, settimane o mesi: bucket deve essere day, week o month. Sono mostrati i giorni."
        );
    public string CapacityRule => Format("A whole number from 1 to 100.", "Un numero intero da 1 a 100.");
    public string ReasonRule => Format("Up to 200 characters.", "Fino a 200 caratteri.");
    public string CapacitySaved => Format("The capacity is set.", "Capacità impostata.");

    public string AddPizza => Format("Add a pizza", "Aggiungi una pizza");
    public string Edit => Format("Edit", "Modifica");
    public string OnSale => Format("On sale", "In vendita");
    public string MarkSoldOut => Format("Sold out", "Esaurita");
    public string SoldOutReason => Format("Why is it sold out?", "Perché è esaurita?");
    public string ChangeNothing => Format("Leave it as it is", "Lascia com'è");
    public string BackOnSale => Format("Back on sale", "Di nuovo in vendita");
    public string BasePriceLabel => Format("Base price", "Prezzo base");
    public string BasePriceHint => Format("small, without toppings, in $", "piccola, senza ingredienti, in $");
    public string Description => Format("Description", "Descrizione");
    public string OwnToppings => Format("Toppings", "Ingredienti");
    public string RemoveFromMenu => Format("Take it off the menu", "Togli dal menù");
    public string RemoveForGood => Format("Guests can't order it any more. Sure?", "I clienti non potranno più ordinarla. Sicuro?");
    public string PizzaNameRule => Format("1 to 100 characters, with a letter or digit.", "Da 1 a 100 caratteri, con una lettera o cifra.");
    public string DescriptionRule => Format("Up to 500 characters.", "Fino a 500 caratteri.");
    public string BasePriceRule => Format("An amount from 0.01 to 999.99, like 12.99.", "Un importo da 0,01 a 999,99, come 12,99.");
    public string ToppingsRule => Format("At most ten of these.", "Al massimo dieci di questi.");
    public string PizzaHasChanged =>
        Format(
            "Somebody else has changed this pizza since you opened it. Nothing was saved: compare, and save again if yours is right.",
            "Qualcun altro ha cambiato questa pizza da quando l'hai aperta. Niente è stato salvato: confronta e salva di nuovo se la tua è giusta."
        );
    public string StoredNow => Format("Stored now:", "Salvato adesso:");
    public string PizzaExists => Format("There is a pizza of this name already.", "C'è già una pizza con questo nome.");
    public string UnknownToppingNow =>
        Format("The kitchen does not have one of these toppings.", "La cucina non ha uno di questi ingredienti.");

    public string Minutes(decimal? minutes) => minutes is { } some ? Format($"{Number(some, 1)} min", $"{Number(some, 1)} min") : NotYet;

    public string Percent(decimal? percent) => percent is { } some ? $"{Number(some, 1)}%" : NotYet;

    /// <summary>Returns today's difference from yesterday, in words as well as with an arrow.</summary>
    public string Against(decimal more, decimal? percent, Func<decimal, string> told) =>
        more == 0 ? AsYesterday
        : more > 0 ? Format($"▲ {told(more)} more than yesterday{Share(percent)}", $"▲ {told(more)} più di ieri{Share(percent)}")
        : Format($"▼ {told(-more)} less than yesterday{Share(percent)}", $"▼ {told(-more)} meno di ieri{Share(percent)}");

    public string KeptOf(PromiseResponse promise) =>
        Format($"{promise.Kept} of {promise.Orders} orders ready in time", $"{promise.Kept} ordini su {promise.Orders} pronti in tempo");

    /// <summary>Returns a short name of a bucket for an axis: <c>22 Nov</c>, <c>W47</c>, <c>Nov</c>.</summary>
    public string Short(Bucket bucket, TimeseriesItem part) =>
        bucket switch
        {
            Bucket.Day => part.From.ToString("d MMM", Culture),
            Bucket.Week => Format(part.Period[5..], $"S{part.Period[6..]}"),
            _ => part.From.ToString("MMM", Culture),
        };

    /// <summary>Formats a figure on an axis: 800, 12k.</summary>
    public string Rough(decimal value) => value >= 10_000 ? $"{Number(value / 1000)}k" : Number(value);

    public string RevenueSays(Money sum, string best, Money most) =>
        Format($"{Price(sum)} together; most in {best}: {Price(most)}.", $"{Price(sum)} in tutto; il massimo in {best}: {Price(most)}.");

    public string OrdersSay(int sum, string best, int most) =>
        Format(
            $"{Number(sum)} orders together; most in {best}: {Number(most)}.",
            $"{Number(sum)} ordini in tutto; il massimo in {best}: {Number(most)}."
        );

    public string PromisesSay(int kept, int orders) =>
        Format(
            $"{Number(kept)} of {Number(orders)} orders were ready when promised, or earlier.",
            $"{Number(kept)} ordini su {Number(orders)} erano pronti all'ora promessa o prima."
        );

    public string PizzasSay(string name, int quantity) =>
        Format(
            $"Last thirty days. Most sold: {name}, {Number(quantity)}.",
            $"Ultimi trenta giorni. La più venduta: {name}, {Number(quantity)}."
        );

    public string StatusesSay(long active) =>
        Format(
            $"{Number(active)} under way now; delivered and cancelled of today.",
            $"{Number(active)} in corso; consegnati e annullati di oggi."
        );

    public string StaffSays(string name, int orders) =>
        Format(
            $"Last thirty days. Busiest: {name}, {Number(orders)} orders.",
            $"Ultimi trenta giorni. Il più attivo: {name}, {Number(orders)} ordini."
        );

    public string RoleName(string role) =>
        role switch
        {
            "chef" => Format("chef", "cuoco"),
            "driver" => Format("driver", "fattorino"),
            _ => role,
        };

    public string KitchenLoad(StatusResponse kitchen) =>
        Format(
            $"{kitchen.Cooking} of {kitchen.Capacity} places in the oven taken, {kitchen.Queued} waiting, {kitchen.Ready} ready.",
            $"{kitchen.Cooking} posti su {kitchen.Capacity} occupati in forno, {kitchen.Queued} in attesa, {kitchen.Ready} pronti."
        );

    public string KitchenPausedBecause(string? reason) =>
        reason is null ? KitchenPausedNow : Format($"It takes no new orders: {reason}", $"Non prende nuovi ordini: {reason}");

    public string PizzaSaved(string name) => Format($"{name} is saved.", $"{name} è salvata.");

    public string PizzaRemoved(string name) => Format($"{name} is off the menu.", $"{name} è tolta dal menù.");

    public string IsSoldOutNow(string name) => Format($"{name} is sold out.", $"{name} è esaurita.");

    public string IsBackOnSale(string name) => Format($"{name} is back on sale.", $"{name} è di nuovo in vendita.");

    private string Share(decimal? percent) => percent is { } some ? $" ({Number(Math.Abs(some), 1)}%)" : "";
}
