using System.Globalization;
using MariosPizzeria.ServiceDefaults;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// Reads what a form brought. A value is what it must be or null: model binding would make a quantity of <c>1e1</c> 0 and an unknown
/// size the first one, without telling.
/// </summary>
internal static class FormValue
{
    /// <summary>A whole number in decimal digits, without a sign; null where it is none, or out of its bounds.</summary>
    public static int? Whole(string? text, int least, int most) =>
        int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : null;

    /// <summary>The version of what a form shows; null where it is none.</summary>
    public static long? Version(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    /// <summary>One of a few values, as the API spells them; null where it is none of them.</summary>
    public static TEnum? One<TEnum>(string? text)
        where TEnum : struct, Enum => PizzeriaJson.Parse<TEnum>(text ?? "");

    /// <summary>Text of several lines with the line breaks that the API has; a browser sends others.</summary>
    public static string? Lines(string? text) => text?.ReplaceLineEndings("\n");
}
