namespace MariosPizzeria.Gateway.Web;

/// <summary>The texts about takings and the close of day.</summary>
internal sealed partial class Texts
{
    public string Takings => Format("Takings", "Incassi");
    public string PeriodOfTime => Format("Period", "Periodo");
    public string FirstDay => Format("From", "Dal");
    public string LastDay => Format("To", "Al");
    public string ShowPeriod => Format("Show", "Mostra");
    public string PeriodRule =>
        Format(
            "A period has a first and a last day, at most three years apart. This is today.",
            "Un periodo ha un primo e un ultimo giorno, al massimo a tre anni di distanza. Questo è oggi."
        );
    public string NetTakings => Format("Net takings", "Incasso netto");
    public string Cash => Format("Cash", "Contanti");
    public string Card => Format("Card", "Carta");
    public string Refunds => Format("Refunds", "Rimborsi");
    public string DeliveryFees => Format("Delivery fees", "Spese di consegna");
    public string LatePromises => Format("Late promises", "Promesse in ritardo");
    public string TakingsAreByDay =>
        Format(
            "Money counts on the day on which it came in or was given back, orders on the day on which they were placed.",
            "Il denaro conta nel giorno in cui è entrato o è stato restituito, gli ordini nel giorno in cui sono stati ricevuti."
        );
    public string OrdersCsv => Format("Orders as CSV", "Ordini in CSV");
    public string WhoWasLate => Format("Who was late", "Chi era in ritardo");
    public string NobodyWasLate => Format("Nobody.", "Nessuno.");
    public string MoreWereLate =>
        Format("Only the last hundred; the CSV of orders has all.", "Solo gli ultimi cento; il CSV degli ordini li ha tutti.");
    public string ByTheHour => Format("By the hour", "Ora per ora");
    public string OrdersByTheHour => Format("Orders by the hour", "Ordini per ora");
    public string RevenueByTheHour => Format("Revenue by the hour", "Incasso per ora");
    public string HourHeading => Format("Hour", "Ora");
    public string HoursOfLongPeriods =>
        Format("Hours are shown of periods up to three months.", "Le ore si mostrano per periodi fino a tre mesi.");

    public string CloseOfDay => Format("Close of day", "Chiusura di cassa");
    public string DayBefore => Format("The day before", "Il giorno prima");
    public string DayAfter => Format("The day after", "Il giorno dopo");
    public string DayRule => Format("A day, such as 2026-11-29. This is today.", "Un giorno, come 2026-11-29. Questo è oggi.");
    public string DayIsNotOver => Format("The day is not over yet.", "La giornata non è ancora finita.");
    public string CashInTheTill => Format("Cash in the till", "Contanti in cassa");
    public string AtTheTill => Format("Taken at the counter", "Incassati al banco");
    public string AllCash => Format("All cash", "Tutti i contanti");
    public string StillDue => Format("Still to collect in cash", "Ancora da incassare in contanti");
    public string Print => Format("Print", "Stampa");
    public string Amount => Format("Amount", "Importo");
    public string Settings => Format("Settings", "Impostazioni");
    public string RightNow => Format("Right now", "In questo momento");

    /// <summary>Formats a day in full: <c>Sunday, November 29, 2026</c>.</summary>
    public string LongDay(DateOnly day) => day.ToString("D", Culture);

    /// <summary>Formats a period: one day in full, or the first and last day.</summary>
    public string Span(ShopPeriod period) =>
        period.IsDay
            ? LongDay(period.From)
            : $"{period.From.ToString("d MMM yyyy", Culture)} – {period.To.ToString("d MMM yyyy", Culture)}";

    public string PeriodName(string name) =>
        name switch
        {
            "yesterday" => Format("Yesterday", "Ieri"),
            "week" => Format("This week", "Questa settimana"),
            "month" => Format("This month", "Questo mese"),
            _ => Format("Today", "Oggi"),
        };

    public string StillToCollect(Money amount) => Format($"{Price(amount)} still to collect", $"{Price(amount)} ancora da incassare");

    public string ContainsTax(Money tax) => Format($"{Price(tax)} of it is tax", $"di cui {Price(tax)} di imposta");

    public string TaxContained => Format("Tax contained", "Imposta compresa");

    public string TaxContainedAt(decimal percent) =>
        Format($"Tax contained ({percent.ToString("0.##", Culture)}%)", $"Imposta compresa ({percent.ToString("0.##", Culture)}%)");

    public string LateOnAverage(decimal minutes) =>
        Format($"{Number(minutes, 1)} min late on average", $"in media {Number(minutes, 1)} min di ritardo");

    public string LateBy(int minutes) => Format($"{Number(minutes)} min late", $"{Number(minutes)} min di ritardo");

    public string PromisedFor(DateTimeOffset at) => Format($"promised for {DayAndTime(at)}", $"promesso per le {DayAndTime(at)}");

    public string HandedInBy(string name) => Format($"Collected by {name}", $"Incassati da {name}");

    public static string Hour(int hour) => $"{hour:00}–{(hour + 1) % 24:00}";

    public string HoursSay(int orders, string busiest, int most) =>
        Format(
            $"{Number(orders)} orders; most between {busiest}: {Number(most)}.",
            $"{Number(orders)} ordini; il massimo tra le {busiest}: {Number(most)}."
        );

    public string HoursEarn(Money sum, string richest, Money most) =>
        Format(
            $"{Price(sum)} together; most between {richest}: {Price(most)}.",
            $"{Price(sum)} in tutto; il massimo tra le {richest}: {Price(most)}."
        );

    public string PriceIsSet(string name, Money price) =>
        Format($"{name} costs {Price(price)} now (small).", $"{name} ora costa {Price(price)} (piccola).");

    public string PriceOf(string name) => Format($"Base price of {name}", $"Prezzo base di {name}");
}
