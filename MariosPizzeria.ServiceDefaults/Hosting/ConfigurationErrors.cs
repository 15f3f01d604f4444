using System.Diagnostics.CodeAnalysis;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>
/// The errors in a process's configuration. They are collected while the process is built, so that an operator sees all of them at once,
/// before anything is started.
/// </summary>
public static class ConfigurationErrors
{
    private static readonly object Key = new();
    private static readonly object NotNeededKey = new();

    /// <summary>Reports that a setting is missing or malformed; the process will end with exit code 1 and name it.</summary>
    /// <param name="setting">The name as the operator writes it: <c>ConnectionStrings__orderdb</c>.</param>
    /// <param name="fault">What is wrong; never the value, which may be a secret.</param>
    public static void ReportError(this IHostApplicationBuilder builder, string setting, string fault)
    {
        // Two parts of a process may need the same setting.
        var sentence = $"{setting} {fault}";
        if (!List(builder).Contains(sentence))
        {
            List(builder).Add(sentence);
        }
    }

    /// <summary>Reports a setting that is missing; only Development and tests may run without it.</summary>
    public static void RequireOutsideDevelopment(this IHostApplicationBuilder builder, string setting)
    {
        if (
            !builder.Environment.IsDevelopment()
            && !(builder.Properties.TryGetValue(NotNeededKey, out var notNeeded) && ((string[])notNeeded).Contains(setting))
            && string.IsNullOrEmpty(builder.Configuration[setting.Replace("__", ":", StringComparison.Ordinal)])
        )
        {
            builder.ReportError(setting, "is required and not set");
        }
    }

    /// <summary>Returns a setting's value. An invalid value is reported as an error.</summary>
    /// <param name="setting">The name as configuration has it: <c>Shop:Hours</c>.</param>
    /// <param name="otherwise">The value if nothing is set.</param>
    /// <param name="fault">The message for an invalid value.</param>
    public static T Read<T>(this IHostApplicationBuilder builder, string setting, T otherwise, ParseSetting<T> parse, string fault)
    {
        if (builder.Configuration[setting] is not { Length: > 0 } text)
        {
            return otherwise;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        builder.ReportError(setting.Replace(":", "__", StringComparison.Ordinal), fault);
        return otherwise;
    }

    /// <summary>Returns a setting that is a whole number.</summary>
    public static int ReadNumber(this IHostApplicationBuilder builder, string setting, int otherwise, int least, int most) =>
        builder.Read(
            setting,
            otherwise,
            (string text, out int number) =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most,
            most == int.MaxValue ? $"is not a whole number from {least} up" : $"is not a whole number from {least} to {most}"
        );

    /// <summary>Returns a setting that is a time of at least a second; see <see cref="Drain.Parse"/>.</summary>
    public static TimeSpan ReadTime(this IHostApplicationBuilder builder, string setting, TimeSpan otherwise) =>
        builder.Read(
            setting,
            otherwise,
            (string text, out TimeSpan time) => (time = Drain.Parse(text) ?? TimeSpan.Zero) >= TimeSpan.FromSeconds(1),
            "is not a time from 1 s to 10 min"
        );

    /// <summary>
    /// Declares settings that this process does not need in any environment. Must be called before the code that requires them.
    /// </summary>
    internal static void Waive(this IHostApplicationBuilder builder, params string[] settings) =>
        builder.Properties[NotNeededKey] = settings;

    internal static List<string> List(IHostApplicationBuilder builder)
    {
        if (!builder.Properties.TryGetValue(Key, out var list))
        {
            builder.Properties[Key] = list = new List<string>();
        }

        return (List<string>)list;
    }
}

/// <summary>Parses a setting's text.</summary>
/// <returns>Whether the text is valid.</returns>
public delegate bool ParseSetting<T>(string text, [MaybeNullWhen(false)] out T value);

/// <summary>The collected errors, read at the start of the process.</summary>
/// <param name="Faults">One sentence for each error, beginning with the setting's name.</param>
internal sealed record ConfigurationReport(IReadOnlyList<string> Faults);
