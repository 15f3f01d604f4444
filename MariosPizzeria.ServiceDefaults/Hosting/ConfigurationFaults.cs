using Microsoft.Extensions.Hosting;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>
/// What is wrong with a process's configuration. Collected while the process is put together, so that an operator is told all of
/// it at once, before anything is started.
/// </summary>
public static class ConfigurationFaults
{
    private static readonly object Key = new();
    private static readonly object NotNeededKey = new();

    /// <summary>Says that a setting is missing or malformed; the process will end with exit code 1 and name it.</summary>
    /// <param name="builder">The process being built.</param>
    /// <param name="setting">As the operator writes it: <c>ConnectionStrings__orderdb</c>.</param>
    /// <param name="fault">What is wrong; never the value, which may be a secret.</param>
    public static void ReportFault(this IHostApplicationBuilder builder, string setting, string fault)
    {
        // Two parts of a process may need the same setting.
        var sentence = $"{setting} {fault}";
        if (!List(builder).Contains(sentence))
        {
            List(builder).Add(sentence);
        }
    }

    /// <summary>A setting without which only Development and tests may run.</summary>
    public static void RequireOutsideDevelopment(this IHostApplicationBuilder builder, string setting)
    {
        if (
            !builder.Environment.IsDevelopment()
            && !(builder.Properties.TryGetValue(NotNeededKey, out var notNeeded) && ((string[])notNeeded).Contains(setting))
            && string.IsNullOrEmpty(builder.Configuration[setting.Replace("__", ":", StringComparison.Ordinal)])
        )
        {
            builder.ReportFault(setting, "is required and not set");
        }
    }

    /// <summary>Says what this process can do without, in any environment. To be called before what would need it.</summary>
    internal static void NeedsNot(this IHostApplicationBuilder builder, params string[] settings) =>
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

/// <summary>The collected faults, for the start to look at.</summary>
/// <param name="Faults">One sentence each, the setting's name first.</param>
internal sealed record ConfigurationReport(IReadOnlyList<string> Faults);
