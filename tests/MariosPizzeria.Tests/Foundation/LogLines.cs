using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>Stores the log entries.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    /// <summary>The log entries in their order.</summary>
    public ConcurrentQueue<LogEntry> Entries { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose() { }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) =>
        Entries.Enqueue(
            new(
                logLevel,
                eventId.Name ?? "",
                formatter(state, exception),
                (state as IEnumerable<KeyValuePair<string, object?>> ?? []).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal),
                exception
            )
        );
}

/// <summary>A log entry.</summary>
internal sealed record LogEntry(
    LogLevel Level,
    string Event,
    string Message,
    IReadOnlyDictionary<string, object?> Fields,
    Exception? Exception
)
{
    /// <summary>The fields, the message and the exception as one text.</summary>
    public string Text => string.Join(' ', Fields.Select(pair => $"{pair.Key}={pair.Value}").Append(Message).Append($"{Exception}"));
}
