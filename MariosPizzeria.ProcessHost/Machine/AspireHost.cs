using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>The AppHost with Aspire, in a process of its own on this terminal.</summary>
internal static class AspireHost
{
    /// <summary>Runs it until it ends: by itself, by Ctrl-C, which reaches it from the terminal, or by a SIGTERM, which is passed on.</summary>
    /// <param name="root">The checkout.</param>
    /// <param name="environment">Set besides this process's own variables.</param>
    /// <param name="args">The AppHost's arguments; none for its launch profile's.</param>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(string root, IEnumerable<KeyValuePair<string, string>> environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", ["run", "--project", "MariosPizzeria.AppHost", "-p:UseAspire=true"])
        {
            WorkingDirectory = root,
        };
        foreach (var argument in args.Length > 0 ? ["--", .. args] : args)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var process = Process.Start(start)!;
        using var terminate = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM,
            context =>
            {
                context.Cancel = true;
                Posix.Signal(process.Id, Posix.SigTerm);
            }
        );
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
