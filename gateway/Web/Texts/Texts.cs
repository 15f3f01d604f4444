using System.Globalization;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// Every word on the pages, in the visitor's language. A text is one line with both languages side by side, so that the compiler
/// finds a missing one and a translator sees what was meant. Parts are in files of their own, one for a group of pages.
/// </summary>
internal sealed partial class Texts(Language language)
{
    // Made by hand: the processes run with the invariant culture alone, so that they need no ICU where they run.
    private static readonly NumberFormatInfo Italian = new()
    {
        NumberDecimalSeparator = ",",
        NumberGroupSeparator = ".",
        NumberGroupSizes = [3],
    };

    private static readonly string[] ItalianMonths = ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"];

    /// <summary>The language's tag, for <c>lang</c>.</summary>
    public string Tag => language.Tag();

    /// <summary>The language that the switch leads to: its tag, and its name in itself.</summary>
    public (string Tag, string Name) OtherLanguage => language is Language.Italian ? ("en", "English") : ("it", "Italiano");

    /// <summary>An amount as a customer reads it: <c>$16.89</c>, <c>16,89 $</c>.</summary>
    public string Price(Money money) =>
        language is Language.Italian
            ? money.Amount.ToString("#,##0.00\u00a0$", Italian)
            : money.Amount.ToString("$#,##0.00;-$#,##0.00", CultureInfo.InvariantCulture);

    /// <summary>A number with its separators.</summary>
    public string Number(decimal number, int decimals = 0) =>
        number.ToString($"N{decimals}", language is Language.Italian ? Italian : NumberFormatInfo.InvariantInfo);

    /// <summary>A moment, in UTC; <c>page.js</c> puts the visitor's own time in its place.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A day and a moment, likewise.</summary>
    public string DayAndTime(DateTimeOffset at) =>
        language is Language.Italian
            ? string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime.Day} {ItalianMonths[at.UtcDateTime.Month - 1]}, {Time(at)}")
            : at.UtcDateTime.ToString("MMM d, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Whole minutes that have passed since a moment; <c>minutes.js</c> counts on.</summary>
    public static string Minutes(DateTimeOffset since, DateTimeOffset now) =>
        Math.Max(0, (int)(now - since).TotalMinutes).ToString(CultureInfo.InvariantCulture);

    /// <summary>A moment for <c>datetime</c>.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private string Say(string english, string italian) => language is Language.Italian ? italian : english;
}
