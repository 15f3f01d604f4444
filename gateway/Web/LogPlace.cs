using System.Text.Json;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The location of this deployment's logs.</summary>
/// <param name="Address">A template in which <c>{name}</c> is the process type; null if it is not configured.</param>
internal sealed record LogPlace(string? Address)
{
    /// <summary>Returns the address of a process type's log; null if it is not configured.</summary>
    public string? Of(string service) => Address?.Replace("{name}", Uri.EscapeDataString(service), StringComparison.Ordinal);
}

/// <summary>A log line for display.</summary>
/// <param name="At">The timestamp in the line; null if the line is not a JSON object.</param>
/// <param name="Level">The log level.</param>
/// <param name="Message">The message.</param>
/// <param name="Exception">The first line of the exception; null if there is none.</param>
internal sealed record LogLine(string? At, string? Level, string Message, string? Exception)
{
    /// <summary>Whether the level is Error or Critical.</summary>
    public bool IsGrave => Level is "Error" or "Critical";

    /// <summary>Parses a line; a line that is not a JSON object becomes the message.</summary>
    public static LogLine Parse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? new(Text("timestamp"), Text("level"), Text("message") ?? line, Text("exception")?.Split('\n')[0].TrimEnd())
                : Plain(line);

            string? Text(string name) =>
                json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return Plain(line);
        }
    }

    private static LogLine Plain(string line) => new(At: null, Level: null, line, Exception: null);
}

/// <summary>Registers <see cref="LogPlace"/>.</summary>
internal static class LogPlaceRegistration
{
    /// <summary>Reads <c>Platform__LogsAt</c>; an invalid URL is reported as a configuration error.</summary>
    public static void AddLogPlace(this WebApplicationBuilder builder)
    {
        var address = builder.Configuration["Platform:LogsAt"] is { Length: > 0 } text ? text : null;
        if (address is not null && (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")))
        {
            builder.ReportError("Platform__LogsAt", "is not an http:// or https:// URL");
            address = null;
        }

        builder.Services.AddSingleton(new LogPlace(address));
    }
}
