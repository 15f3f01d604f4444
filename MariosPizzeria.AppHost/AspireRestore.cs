using System.Diagnostics;

namespace MariosPizzeria.AppHost;

/// <summary>
/// Whoever says <c>dotnet run</c> wants Aspire if it can be had: its packages are restored once, and a refusal is remembered, so
/// that a machine without them waits for it only once.
/// </summary>
internal static class AspireRestore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Restores and runs this AppHost with Aspire.</summary>
    /// <returns>Its exit code, or null where the packages can't be had.</returns>
    public static async Task<int?> TryStart(string[] args)
    {
        if (ProjectFolder() is not { } project)
        {
            return null;
        }

        var refusal = Path.Combine(Path.GetDirectoryName(project)!, ".pizzeria", "aspire-refused");
        if (File.Exists(refusal))
        {
            Console.WriteLine(
                $"Aspire's packages could not be restored before (delete {refusal} to try again): starting as plain processes."
            );
            return null;
        }

        if (await Run("restore", project, "-p:UseAspire=true", "--verbosity", "quiet") is not 0)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(refusal)!);
            await File.WriteAllTextAsync(refusal, "");
            Console.WriteLine("Aspire's packages can't be restored here: starting as plain processes.");
            return null;
        }

        using var aspire = Process.Start(
            new ProcessStartInfo("dotnet", ["run", "--project", project, "-p:UseAspire=true", "--", .. args])
        )!;
        await aspire.WaitForExitAsync();
        return aspire.ExitCode;
    }

    /// <summary>The folder of this project in the repository that the program was built in; null outside of one.</summary>
    private static string? ProjectFolder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var project = Path.Combine(at.FullName, "MariosPizzeria.AppHost");
            if (File.Exists(Path.Combine(project, "MariosPizzeria.AppHost.csproj")))
            {
                return project;
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
