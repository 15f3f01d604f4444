using System.Globalization;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>
/// One build's own compiler server. A compiler that starts anew for each project compiles its analyzers anew as well, which takes longer
/// than the projects do; a shared server that outlives the build would be a process that nobody stops. So a build has one to itself, by
/// a name that no other build knows, and ends it.
/// </summary>
internal sealed class CompilerServer : IDisposable
{
    private readonly string _name = $"pizzeria-{Guid.NewGuid():N}";

    /// <summary>What MSBuild is told. Only Linux lets the server be found by its name; elsewhere there is none.</summary>
    public string[] Arguments { get; }

    public CompilerServer() =>
        Arguments = OperatingSystem.IsLinux()
            ? ["-p:UseSharedCompilation=true", $"-p:SharedCompilationId={_name}"]
            : ["-p:UseSharedCompilation=false"];

    /// <summary>Ends the server, if the build started one.</summary>
    public void Dispose()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid)
                && CommandLineOf(folder).Contains($"-pipename:{_name}", StringComparison.Ordinal)
            )
            {
                ProcessIdentity.Of(pid)?.Signal(Posix.SigTerm);
            }
        }
    }

    private static string CommandLineOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended in between, or is somebody else's.
        }
    }
}
