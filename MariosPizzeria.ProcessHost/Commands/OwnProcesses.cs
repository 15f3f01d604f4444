using System.Runtime.InteropServices;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary>
/// For a command that starts builds, tests and systems: a signal that ends it ends all of these, however far down and whoever of their
/// parents has died. Elsewhere than on Linux it ends the command alone.
/// </summary>
internal sealed class OwnProcesses : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private readonly string _mark = $"PIZZERIA_COMMAND_{Guid.NewGuid():N}";
    private readonly HashSet<ProcessIdentity> _known = [];
    private readonly CancellationTokenSource _over = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Task _looking;
    private Task? _ending;

    private OwnProcesses()
    {
        Environment.SetEnvironmentVariable(_mark, "1");
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            _signals.Add(PosixSignalRegistration.Create(signal, End));
        }

        _looking = LookAsync();
    }

    /// <summary>Does what the command does.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        if (!OperatingSystem.IsLinux())
        {
            return await command();
        }

        await using var own = new OwnProcesses();
        return await command();
    }

    public async ValueTask DisposeAsync()
    {
        if (_ending is not null)
        {
            await _ending;
        }

        await _over.CancelAsync();
        await _looking;
        _signals.ForEach(s => s.Dispose());
        _over.Dispose();
        Environment.SetEnvironmentVariable(_mark, null);
    }

    private void End(PosixSignalContext context)
    {
        context.Cancel = true;
        var exitCode =
            128
            + (
                context.Signal switch
                {
                    PosixSignal.SIGINT => Posix.SigInt,
                    PosixSignal.SIGHUP => 1,
                    _ => Posix.SigTerm,
                }
            );
        _ending ??= Task.Run(() => EndAsync(exitCode));
    }

    private async Task EndAsync(int exitCode)
    {
        await Console.Error.WriteLineAsync("Ending what was started.");
        var told = new HashSet<ProcessIdentity>();
        var deadline = DateTime.UtcNow + ProcessRegistry.StopTimeout;
        while (Living() is { Count: > 0 } living)
        {
            foreach (var process in living.Where(told.Add))
            {
                process.End(Posix.SigTerm);
            }

            if (DateTime.UtcNow > deadline)
            {
                living.ForEach(process => process.Signal(Posix.SigKill));
            }

            await Task.Delay(100);
        }

        Environment.Exit(exitCode);
    }

    /// <summary>Keeps in mind what is there, for the children of a process that dies are nobody's.</summary>
    private async Task LookAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            _ = Living();
            await Task.Delay(LookEvery, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<ProcessIdentity> Living()
    {
        lock (_known)
        {
            _known.RemoveWhere(process => !process.IsAlive);
            var parents = ProcessIdentity.ParentsByPid();
            var own = _known.Select(process => process.Pid).Append(Environment.ProcessId).ToHashSet();
            bool IsOwn(int pid) =>
                own.Contains(pid)
                || (parents.TryGetValue(pid, out var parent) && IsOwn(parent))
                || MarkedProcesses.HasMark(pid, _mark, "1");
            _known.UnionWith(
                parents.Keys.Where(pid => pid != Environment.ProcessId && IsOwn(pid)).Select(ProcessIdentity.Of).OfType<ProcessIdentity>()
            );
            return [.. _known];
        }
    }
}
