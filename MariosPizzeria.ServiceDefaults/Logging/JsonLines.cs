using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MariosPizzeria.ServiceDefaults.Logging;

/// <summary>Logs in the platform's format: one JSON object a line on stdout, written immediately.</summary>
public static class JsonLines
{
    /// <summary>Replaces all log providers with JSON lines on stdout, from level <c>LOG_LEVEL</c> (default Information) on.</summary>
    public static WebApplicationBuilder AddJsonLogs(this WebApplicationBuilder builder)
    {
        var text = builder.Configuration["LOG_LEVEL"];
        if (ParseLevel(text) is not { } level)
        {
            builder.ReportError("LOG_LEVEL", "is not one of Trace, Debug, Information, Warning, Error, Critical, None");
            level = LogLevel.Information;
        }

        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(level);
        if (level is LogLevel.Information)
        {
            // At Information the product logs its events; its libraries log only warnings and errors, or more with Debug.
            foreach (var library in (string[])["Microsoft", "System", "MassTransit", "Npgsql", "MongoDB", "StackExchange", "Yarp"])
            {
                builder.Logging.AddFilter(library, LogLevel.Warning);
            }

            builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
            // A line with a stack trace for every failed attempt; the call itself throws, and the caller decides what that means.
            builder.Logging.AddFilter("Polly", LogLevel.None);
            // An error for every probe while the process starts or drains; ReadinessLog logs the exceptions.
            builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
            // Several errors a second while Redis is unreachable; readiness logs that outage.
            builder.Logging.AddFilter("StackExchange.Redis", LogLevel.None);
            // Each error that it logs is also thrown, and is logged with the request.
            builder.Logging.AddFilter("Microsoft.AspNetCore.Authentication.JwtBearer", LogLevel.None);
        }

        // At any level these would log a request's whole query, including sign-in codes; RequestLog logs the rest.
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

/// <summary>
/// Writes whole lines, so that lines of several threads never mix. A line is written before its call returns, unless another thread is
/// writing at that moment: that thread then writes it next, with all other lines that have arrived.
/// </summary>
internal sealed class JsonLineProvider(ServiceIdentity service, Stream output) : ILoggerProvider
{
    // A buffer that a line, or a burst of lines, made larger than this is not kept.
    private const int MaxPooledLineBytes = 64 * 1024;

    // The maximum time that a process that ends waits for a log reader that hangs.
    private static readonly TimeSpan MaxFlushDelay = TimeSpan.FromSeconds(1);

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A message's own field with one of these names would be in the object twice.
    private static readonly FrozenSet<string> OwnFields = FrozenSet.Create(
        StringComparer.Ordinal,
        ["timestamp", "level", "logger", "message", "exception", "service", "correlation_id", "trace_id", "event_id"]
    );

    private readonly ConcurrentDictionary<string, JsonLineLogger> _loggers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _waiting = new(4096);
    private ArrayBufferWriter<byte> _written = new(4096);
    private bool _isWriting;

    [ThreadStatic]
    private static Line? t_line;

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new(name, this));

    /// <summary>
    /// Waits until all lines are written. Leaves stdout open: a process that ends because of an error reports it after everything else is
    /// disposed of.
    /// </summary>
    public void Dispose() => SpinWait.SpinUntil(IsIdle, MaxFlushDelay);

    private void Write<TState>(string category, LogLevel level, EventId id, TState state, string message, Exception? exception)
    {
        // The conversion of a logged value to text may itself log: then the thread's line is in use.
        var line = t_line ?? new();
        t_line = null;
        var json = line.Json;
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
        json.Flush();
        line.Bytes.Write("\n"u8);
        Write(line.Bytes.WrittenSpan);
        t_line = line.Reset();
    }

    private void Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            _waiting.Write(line);
            if (_isWriting)
            {
                return;
            }

            _isWriting = true;
        }

        while (Next() is { } lines)
        {
            try
            {
                output.Write(lines.WrittenSpan);
                output.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The reader of the log is gone or its disk is full: losing a line is acceptable, failing a customer's request is not.
            }
        }
    }

    private bool IsIdle()
    {
        lock (_gate)
        {
            return !_isWriting;
        }
    }

    // Returns the waiting lines, for the one thread that writes; null if there are none, and then no thread is writing.
    private ArrayBufferWriter<byte>? Next()
    {
        lock (_gate)
        {
            if (_waiting.WrittenCount == 0)
            {
                _isWriting = false;
                return null;
            }

            var lines = _waiting;
            _waiting = _written.Capacity > MaxPooledLineBytes ? new(4096) : _written;
            _waiting.ResetWrittenCount();
            return _written = lines;
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

    /// <summary>A line that is being built; each thread has one.</summary>
    private sealed class Line
    {
        public Line() => Json = new(Bytes, WriterOptions);

        public ArrayBufferWriter<byte> Bytes { get; } = new(1024);

        public Utf8JsonWriter Json { get; }

        /// <summary>Clears the line; returns null if it has become too large to be kept.</summary>
        public Line? Reset()
        {
            if (Bytes.Capacity > MaxPooledLineBytes)
            {
                Json.Dispose();
                return null;
            }

            Bytes.ResetWrittenCount();
            Json.Reset(Bytes);
            return this;
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
