namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>
/// The compiler server of one build. A compiler process for each project would JIT-compile the analyzers each time, which takes longer
/// than to compile the projects. A server shared by builds would outlive them, and nothing would stop it. So each build has its own
/// server, with a unique name, and ends it.
/// </summary>
internal sealed class CompilerServer : IDisposable
{
    private readonly string _name = $"pizzeria-{Guid.NewGuid():N}";

    /// <summary>The arguments for MSBuild. Only on Linux can the server be found by its name; other systems use none.</summary>
    public string[] Arguments =>
        OperatingSystem.IsLinux() ? ["-p:UseSharedCompilation=true", $"-p:SharedCompilationId={_name}"] : ["-p:UseSharedCompilation=false"];

    /// <summary>Ends the server, if the build started one.</summary>
    public void Dispose()
    {
        foreach (var pid in ProcFileSystem.Pids().Where(pid => ProcFileSystem.Read(pid, "cmdline").Contains($"-pipename:{_name}")))
        {
            ProcessIdentity.Of(pid)?.Signal(Posix.SigTerm);
        }
    }
}
