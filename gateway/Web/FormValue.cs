using System.Globalization;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// Parses form values; invalid input is null. Model binding would silently turn a quantity of <c>1e1</c> into 0 and an unknown size into
/// the first one.
/// </summary>
internal static class FormValue
{
    /// <summary>Parses a whole number in decimal digits, without a sign; null if it is invalid or out of range.</summary>
    public static int? ParseInteger(string? text, int least, int most) =>
        int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : null;

    /// <summary>Parses a version; null if it is invalid.</summary>
    public static long? Version(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    /// <summary>Parses an amount with a decimal point or comma; null if it is invalid.</summary>
    public static Money? Amount(string? text) =>
        decimal.TryParse(text?.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
        && amount < 1_000_000
        && decimal.Truncate(amount * 100) == amount * 100
            ? Money.FromAmount(amount)
            : null;

    /// <summary>Parses an enum value in the API's spelling; null if it is unknown.</summary>
    public static TEnum? SingleValue<TEnum>(string? text)
        where TEnum : struct, Enum => PizzeriaJson.Parse<TEnum>(text ?? "");

    /// <summary>Converts the line breaks that browsers send to those of the API.</summary>
    public static string? Lines(string? text) => text?.ReplaceLineEndings("\n");
}
