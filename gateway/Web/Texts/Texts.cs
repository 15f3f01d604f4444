using System.Globalization;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// All texts of the pages, in the visitor's language. A text is one line with both languages side by side, so that the compiler detects a
/// missing one and translators see the original. There is one file for each group of pages.
/// </summary>
/// <param name="mostMinutes">A promise of this many minutes or more is shown as "or more".</param>
internal sealed partial class Texts(Language language, BusinessDays days, int mostMinutes)
{
    private static readonly CultureInfo AmericanEnglish = CultureInfo.GetCultureInfo("en-US");
    private static readonly CultureInfo Italian = CultureInfo.GetCultureInfo("it-IT");

    private CultureInfo Culture => language is Language.Italian ? Italian : AmericanEnglish;

    /// <summary>The language tag, for <c>lang</c>.</summary>
    public string Tag => language.Tag();

    /// <summary>The other language, for the language switch: its tag, and its name in that language.</summary>
    public (string Tag, string Name) OtherLanguage => language is Language.Italian ? ("en", "English") : ("it", "Italiano");

    /// <summary>Formats an amount: <c>$16.89</c>, <c>16,89 $</c>.</summary>
    public string Price(Money money) =>
        language is Language.Italian
            ? money.Amount.ToString("#,##0.00\u00a0$", Italian)
            : money.Amount.ToString("$#,##0.00;-$#,##0.00", AmericanEnglish);

    /// <summary>Formats a number with separators.</summary>
    public string Number(decimal number, int decimals = 0) => number.ToString($"N{decimals}", Culture);

    /// <summary>Formats a time in the shop's time zone: <c>21:10</c>.</summary>
    public string Time(DateTimeOffset at) => days.Local(at).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Formats a date and time in the shop's time zone: <c>Nov 29, 21:10</c>, <c>29 nov, 21:10</c>.</summary>
    public string DayAndTime(DateTimeOffset at) =>
        days.Local(at).ToString(language is Language.Italian ? "d MMM, HH:mm" : "MMM d, HH:mm", Culture);

    /// <summary>Formats the whole minutes since a time; <c>minutes.js</c> keeps them up to date.</summary>
    public static string Minutes(DateTimeOffset since, DateTimeOffset now) =>
        Math.Max(0, (int)(now - since).TotalMinutes).ToString(CultureInfo.InvariantCulture);

    /// <summary>Formats a time for <c>datetime</c> attributes.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Formats a date and time in the shop's time zone with milliseconds, so that the order of events is visible.</summary>
    public string DayAndExactTime(DateTimeOffset at) =>
        days.Local(at).ToString(language is Language.Italian ? "d MMM, HH:mm:ss,fff" : "MMM d, HH:mm:ss.fff", Culture);

    private string Format(string english, string italian) => language is Language.Italian ? italian : english;
}
