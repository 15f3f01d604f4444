using System.Runtime.InteropServices;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary>
/// Runs a command that starts builds, tests and systems. A signal that ends the command ends all its descendant processes, even if
/// their parents have died. On other systems than Linux it ends only the command.
/// </summary>
internal sealed class CommandProcesses : IAsyncDisposable
{
    private static readonly TimeSpan ScanInterval = TimeSpan.FromSeconds(2);
    private readonly string _mark = $"PIZZERIA_COMMAND_{Guid.NewGuid():N}";
    private readonly HashSet<ProcessIdentity> _known = [];
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenSource _signalled = new();
    private readonly TaskCompletionSource<PosixSignal> _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SignalHandler _signals;
    private readonly Task _looking;

    private CommandProcesses()
    {
        Environment.SetEnvironmentVariable(_mark, "1");
        _signals = new SignalHandler(signal => _signal.TrySetResult(signal), SignalHandler.Ending);
        _looking = LookAsync();
    }

    /// <summary>Runs the command.</summary>
    /// <param name="command">Its token is cancelled by a signal: the command's processes are being ended, and their results mean nothing.</param>
    /// <param name="tidy">Called when none of the command's processes runs, however the command ended.</param>
    /// <returns>The exit code of the command, or that of a process that was ended by the signal.</returns>
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> command, Action? tidy = null)
    {
        await using var own = OperatingSystem.IsLinux() ? new CommandProcesses() : null;
        try
        {
            if (own is null)
            {
                return await command(CancellationToken.None);
            }

            var run = command(own._signalled.Token);

            // After a signal the result of the command is ignored: it fails only because its processes are ended.
            await Task.WhenAny(run, own._signal.Task);
            return own._signal.Task.IsCompleted ? await own.EndAllAsync(await own._signal.Task) : await run;
        }
        finally
        {
            try
            {
                tidy?.Invoke();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What is left does not change how the command ended.
                await Console.Error.WriteLineAsync(e.Message);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _looking;
        _signals.Dispose();
        _over.Dispose();
        _signalled.Dispose();
        Environment.SetEnvironmentVariable(_mark, null);
    }

    /// <summary>Ends every process of the command.</summary>
    /// <returns>The exit code for the signal.</returns>
    private async Task<int> EndAllAsync(PosixSignal signal)
    {
        await _signalled.CancelAsync();
        await Console.Error.WriteLineAsync("Stopping what was started.");
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

        return SignalHandler.ExitCodeOf(signal);
    }

    /// <summary>Records the processes regularly, because the children of a dead process can't be found through it.</summary>
    private async Task LookAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            _ = Living();
            await Task.Delay(ScanInterval, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
                || ProcFileSystem.HasVariable(pid, _mark, "1");
            _known.UnionWith(
                parents.Keys.Where(pid => pid != Environment.ProcessId && IsOwn(pid)).Select(ProcessIdentity.Of).OfType<ProcessIdentity>()
            );
            return [.. _known];
        }
    }
}
