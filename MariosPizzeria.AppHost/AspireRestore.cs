using System.Diagnostics;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.AppHost;

/// <summary>
/// Whoever says <c>dotnet run</c> wants Aspire if it can be had: its packages are restored once, and a refusal of that version is
/// remembered, so that a machine without them waits for it only once.
/// </summary>
internal static class AspireRestore
{
    private const string Project = "MariosPizzeria.AppHost";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Restores and runs this AppHost with Aspire.</summary>
    /// <returns>Its exit code, or null where the packages can't be had.</returns>
    public static async Task<int?> TryStart(string[] args)
    {
        if (Root() is not { } root)
        {
            return null;
        }

        if (NeedsContainers(args) && await AspireAvailability.ContainerEngineAsync(CancellationToken.None) is null)
        {
            Console.WriteLine("No container engine answers, which Aspire's servers need: starting as plain processes.");
            return null;
        }

        var refusal = Path.Combine(root, ".pizzeria", $"aspire-{AspireAvailability.WantedVersion(root)}-refused");
        if (File.Exists(refusal))
        {
            Console.WriteLine(
                $"Aspire's packages could not be restored before (delete {refusal} to try again): starting as plain processes."
            );
            return null;
        }

        if (await Run("restore", Path.Combine(root, Project), "-p:UseAspire=true", "--verbosity", "quiet") is not 0)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(refusal)!);
            await File.WriteAllTextAsync(refusal, "");
            Console.WriteLine("Aspire's packages can't be restored here: starting as plain processes.");
            return null;
        }

        return await AspireHost.RunAsync(root, [], args);
    }

    // Neither to publish nor with servers that are there already.
    private static bool NeedsContainers(string[] args) =>
        !args.Any(arg => arg is "--publisher" or "--operation")
        && !string.Equals(Environment.GetEnvironmentVariable("Servers__Attached"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The repository that the program was built in; null outside of one.</summary>
    private static string? Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, Project, Project + ".csproj")))
            {
                return at.FullName;
            }
        }

        return null;
    }

    private static async Task<int?> Run(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            // Read, or a long refusal would fill the pipe and hang.
            var output = Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(patience.Token),
                process.StandardError.ReadToEndAsync(patience.Token)
            );
            await process.WaitForExitAsync(patience.Token);
            await output;
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return null;
        }
    }
}
