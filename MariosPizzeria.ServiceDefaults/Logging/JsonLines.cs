using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.ServiceDefaults.Logging;

/// <summary>Logs as the platform wants them: one JSON object a line on stdout, written before the call returns.</summary>
public static class JsonLines
{
    /// <summary>Replaces all log providers by JSON lines on stdout, from <c>LOG_LEVEL</c> (Information) on.</summary>
    public static WebApplicationBuilder AddJsonLogs(this WebApplicationBuilder builder)
    {
        var text = builder.Configuration["LOG_LEVEL"];
        if (ParseLevel(text) is not { } level)
        {
            builder.ReportFault("LOG_LEVEL", "is none of Trace, Debug, Information, Warning, Error, Critical, None");
            level = LogLevel.Information;
        }

        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(level);
        if (level is LogLevel.Information)
        {
            // At Information the product speaks; its libraries speak when something is wrong, or when Debug is asked for.
            foreach (var library in (string[])["Microsoft", "System", "MassTransit", "Npgsql", "MongoDB", "StackExchange", "Yarp"])
            {
                builder.Logging.AddFilter(library, LogLevel.Warning);
            }

            builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
            // A line with a stack trace for every failed attempt; the call itself throws, and the caller decides what that means.
            builder.Logging.AddFilter("Polly", LogLevel.None);
            // An error for every probe while the process starts or drains; HealthEndpoints logs the exceptions.
            builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
            // Several errors a second while Redis is away; readiness logs that outage.
            builder.Logging.AddFilter("StackExchange.Redis", LogLevel.None);
            // What it logs as an error it also throws, and the request is logged with it.
            builder.Logging.AddFilter("Microsoft.AspNetCore.Authentication.JwtBearer", LogLevel.None);
        }

        // Whatever the level, these would write a request's whole query, with sign-in codes in it; RequestLog says the rest.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);

        builder.Services.AddSingleton<ILoggerProvider>(provider => new JsonLineProvider(
            provider.GetRequiredService<ServiceIdentity>(),
            Console.OpenStandardOutput()
        ));
        return builder;
    }

    private static LogLevel? ParseLevel(string? text) =>
        text?.ToUpperInvariant() switch
        {
            null or "" or "INFO" => LogLevel.Information,
            "WARN" => LogLevel.Warning,
            var name => Enum.TryParse<LogLevel>(name, ignoreCase: true, out var level) && Enum.IsDefined(level) && !char.IsDigit(name[0])
                ? level
                : null,
        };
}

/// <summary>Writes a whole line with one system call, so that lines of many threads never mix and none is lost with the process.</summary>
internal sealed class JsonLineProvider(ServiceIdentity service, Stream output) : ILoggerProvider
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A message's own field of such a name would stand in the object twice.
    private static readonly FrozenSet<string> OwnFields = FrozenSet.Create(
        StringComparer.Ordinal,
        ["timestamp", "level", "logger", "message", "exception", "service", "correlation_id", "trace_id", "event_id"]
    );

    private readonly ConcurrentDictionary<string, JsonLineLogger> _loggers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new(name, this));

    /// <summary>Leaves stdout open: a process that ends for a fault still has to say so when everything else is disposed.</summary>
    public void Dispose() { }

    private void Write<TState>(string category, LogLevel level, EventId id, TState state, string message, Exception? exception)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", DateTime.UtcNow);
            json.WriteString("level", level.ToString());
            json.WriteString("logger", category);
            json.WriteString("message", message);
            if (exception is not null)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteString("service", service.Name);
            if (Correlation.Id is { } correlation)
            {
                json.WriteString("correlation_id", correlation);
            }

            if (Activity.Current is { } activity)
            {
                json.WriteString("trace_id", activity.TraceId.ToHexString());
            }

            if (id.Id != 0)
            {
                json.WriteNumber("event_id", id.Id);
            }

            if (state is IReadOnlyList<KeyValuePair<string, object?>> fields)
            {
                WriteFields(json, fields);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        try
        {
            lock (_gate)
            {
                output.Write(buffer.WrittenSpan);
                output.Flush();
            }
        }
        catch (IOException)
        {
            // Whoever reads the log is gone or its disk is full: a line is lost, a customer's request must not be.
        }
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            var (name, value) = (fields[i].Key, fields[i].Value);
            if (name == "{OriginalFormat}" || OwnFields.Contains(name))
            {
                continue;
            }

            switch (value)
            {
                case null:
                    json.WriteNull(name);
                    break;
                case int number:
                    json.WriteNumber(name, number);
                    break;
                case long number:
                    json.WriteNumber(name, number);
                    break;
                case double number when double.IsFinite(number):
                    json.WriteNumber(name, number);
                    break;
                case decimal number:
                    json.WriteNumber(name, number);
                    break;
                case DateTimeOffset moment:
                    json.WriteString(name, moment.UtcDateTime);
                    break;
                case Contracts.Money money:
                    json.WriteNumber(name, money.Amount);
                    break;
                case bool flag:
                    json.WriteBoolean(name, flag);
                    break;
                default:
                    json.WriteString(name, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
                    break;
            }
        }
    }

    private sealed class JsonLineLogger(string category, JsonLineProvider provider) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => provider.Write(category, logLevel, eventId, state, formatter(state, exception), exception);
    }
}
