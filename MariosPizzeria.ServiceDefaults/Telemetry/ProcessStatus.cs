using System.Diagnostics;
using System.Text;

namespace MariosPizzeria.ServiceDefaults.Telemetry;

/// <summary>The status of a process.</summary>
/// <param name="Version">The build's informational version.</param>
/// <param name="StartedAt">When this process was started.</param>
/// <param name="Restarts">The number of restarts because it had ended or hung; null if the platform does not provide it.</param>
/// <param name="Requests">The number of recent requests on which the next figure is based.</param>
/// <param name="Percentile95">The time within which 95 % of them were answered, in milliseconds; null if there was none.</param>
/// <param name="HasLog">Whether it can return its last log lines.</param>
public sealed record ProcessResponse(
    string Version,
    DateTimeOffset StartedAt,
    int? Restarts,
    int Requests,
    double? Percentile95,
    bool HasLog
);

/// <summary>A process's last log lines.</summary>
/// <param name="Items">Oldest first, as they were written.</param>
public sealed record ProcessLogResponse(IReadOnlyList<string> Items);

/// <summary>
/// The status of this process. Its platform provides the values that only the platform knows: <c>Platform__Restarts</c>, and
/// <c>Platform__LogFile</c>, the file in which the platform collects the process's stdout. A process never writes there.
/// </summary>
public sealed class ProcessStatus(ServiceIdentity identity, RequestDurations durations, PlatformOptions platform)
{
    /// <summary>The path at which our own processes query it.</summary>
    public const string Path = "/internal/process";

    // Large enough for fifty lines of ordinary length.
    private const int LastBytes = 64 * 1024;
    private const int LastLines = 50;

    private static readonly DateTimeOffset StartedAt = new(Process.GetCurrentProcess().StartTime.ToUniversalTime());

    /// <summary>Returns the current status.</summary>
    public ProcessResponse Read()
    {
        var (requests, milliseconds) = durations.Percentile95();
        return new(identity.Version, StartedAt, platform.Restarts, requests, milliseconds, File.Exists(platform.LogFile));
    }

    /// <summary>Returns the last lines, at most 50; none if the platform keeps no file that this process may read.</summary>
    public async Task<ProcessLogResponse> ReadLogAsync(CancellationToken cancellationToken)
    {
        if (platform.LogFile is not { } path)
        {
            return new([]);
        }

        try
        {
            // The platform continues to append, and truncates the file when it is large.
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(-Math.Min(LastBytes, file.Length), SeekOrigin.End);
            var isCut = file.Position > 0;
            using var reader = new StreamReader(file, Encoding.UTF8);
            var lines = (await reader.ReadToEndAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return new([.. lines.Skip(isCut ? 1 : 0).TakeLast(LastLines)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new([]);
        }
    }
}

/// <summary>Values that the platform provides to the process that it started.</summary>
/// <param name="Restarts">The number of restarts; null if it is not provided.</param>
/// <param name="LogFile">The file in which the platform collects the process's stdout; null if it is not provided.</param>
public sealed record PlatformOptions(int? Restarts, string? LogFile);

/// <summary>Registers the process status.</summary>
internal static class ProcessStatusRegistration
{
    public static void AddProcessStatus(this WebApplicationBuilder builder)
    {
        var text = builder.Configuration["Platform:Restarts"];
        int? restarts = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
        if (restarts is null && !string.IsNullOrEmpty(text))
        {
            builder.ReportError("Platform__Restarts", "is not a whole number");
        }

        var logFile = builder.Configuration["Platform:LogFile"];
        builder.Services.AddSingleton(new PlatformOptions(restarts, string.IsNullOrEmpty(logFile) ? null : logFile));
        builder.Services.AddSingleton<RequestDurations>();
        builder.Services.AddSingleton<ProcessStatus>();
    }
}
