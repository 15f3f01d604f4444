using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>Whether Aspire itself can run here: its packages, and a container engine.</summary>
internal static partial class AspireAvailability
{
    private static readonly string[] Packages =
    [
        "aspire.apphost.sdk",
        "aspire.hosting.mongodb",
        "aspire.mongodb.driver",
        "aspire.stackexchange.redis",
    ];

    /// <summary>The same question as Aspire.props asks, so that host and build agree on the state a build lands in.</summary>
    public static bool PackagesAreCached(string root)
    {
        if (WantedVersion(root) is not { } version)
        {
            return false;
        }

        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } own
            ? own
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Packages.All(p => Directory.Exists(Path.Combine(cache, p, version)));
    }

    /// <summary>The container engine that answers; null where none does.</summary>
    public static async Task<string?> ContainerEngineAsync(CancellationToken cancellation)
    {
        foreach (var engine in new[] { "docker", "podman" })
        {
            if (await AnswersAsync(engine, cancellation))
            {
                return engine;
            }
        }

        return null;
    }

    /// <summary>As Aspire.props has it, unless an environment variable of that name says otherwise; null where there is none.</summary>
    public static string? WantedVersion(string root)
    {
        if (Environment.GetEnvironmentVariable("AspireVersion") is { Length: > 0 } own)
        {
            return own;
        }

        var file = Path.Combine(root, "Aspire.props");
        return File.Exists(file) && Version().Match(File.ReadAllText(file)) is { Success: true } match
            ? match.Groups["version"].Value
            : null;
    }

    private static async Task<bool> AnswersAsync(string engine, CancellationToken cancellation)
    {
        if (Servers.ServerPrograms.OnPath(engine) is null)
        {
            return false;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            return (await Child.RunAsync(engine, ["info"], patience.Token)).ExitCode == 0;
        }
        catch (Exception e) when (e is OperationCanceledException or PizzeriaException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    [GeneratedRegex("<AspireVersion[^>]*>(?<version>[^<]+)</AspireVersion>", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Version();
}
