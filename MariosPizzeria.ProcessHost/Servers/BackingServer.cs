namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>The settings of a private server; each one has a default.</summary>
public sealed record ServerSettings
{
    /// <summary>The server's own folder, kept over restarts and never deleted; null for a temporary one, deleted with the server.</summary>
    public string? Folder { get; init; }

    /// <summary>The server's port on 127.0.0.1, kept over restarts; null for a free one.</summary>
    public int? Port { get; init; }

    /// <summary>The user that clients sign in as, if the server has users. Applies only when the data are new.</summary>
    public string User { get; init; } = "admin";

    /// <summary>The password of clients. Applies only when the data are new, except for Redis.</summary>
    public string Password { get; init; } = "test";

    /// <summary>The file for the server's output; null for <c>server.log</c> in its folder.</summary>
    public string? LogFile { get; init; }

    /// <summary>The longest time to readiness without a sign that the server is starting, recovering or loading.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(90);
}

/// <summary>
/// A private server on 127.0.0.1 with a folder and a port of its own, so that any number can run on one machine.
/// After a kill or a stop it can be started again with its data, on the same port.
/// </summary>
public abstract class BackingServer(ServerKind kind, ServerSettings settings, string? user) : IAsyncDisposable
{
    /// <summary>
    /// The free bytes on the disk that a start needs. RabbitMQ 3.10 rewrites the configuration of each quorum queue when it starts: on a
    /// full disk the files are left empty, and those queues cannot be started again.
    /// </summary>
    private const long MinFreeBytes = 50_000_000;

    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ProbeDeadline = TimeSpan.FromSeconds(1);
    private bool _prepared;
    private Task _exit = Task.CompletedTask;

    public ServerKind Kind => kind;

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; } = settings.Port ?? LoopbackPort.Free();

    public string User => settings.User;

    public string Password => settings.Password;

    public string Address => $"127.0.0.1:{Port}";

    public string LogFile => settings.LogFile ?? Path.Combine(Folder, "server.log");

    /// <summary>The server's own process id; null while it does not run.</summary>
    public int? Pid => Running?.Id;

    public string Folder { get; } =
        Path.GetFullPath(settings.Folder ?? Directory.CreateTempSubdirectory($"pizzeria-{kind.ToString().ToLowerInvariant()}-").FullName);

    /// <summary>The program that runs the server once it is prepared.</summary>
    /// <exception cref="PizzeriaException">The server is not installed; the message says how to get it.</exception>
    public abstract ProgramStart Command { get; }

    private protected string? RunAs { get; } = Posix.IsRoot ? user : null;

    private protected Process? Process { get; private set; }

    private Process? Running => Process is { HasExited: false } process ? process : null;

    /// <summary>Creates the record of a process before its start. The argument names the process, "" for the server itself.</summary>
    internal Func<string, ChildRecord>? Recording { get; init; }

    /// <summary>The signal for a graceful shutdown.</summary>
    internal virtual int StopSignal => Posix.SigTerm;

    /// <summary>Starts the server, new or with its data, and waits until it answers.</summary>
    /// <exception cref="PizzeriaException">
    /// The server is not installed, its disk is full, it ended during the start (with its last log lines), or it missed its deadline.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(settings.Deadline);
        var logged = 0L;

        // A long recovery or load is not an error, and would only begin again after a kill.
        async Task ExtendAsync()
        {
            var log = File.Exists(LogFile) ? new FileInfo(LogFile).Length : 0;
            if (log != logged || await ConnectionProbe.OfAsync(Port, ProbeDeadline, deadline.Token) == ProbeResult.Answered)
            {
                deadline.CancelAfter(settings.Deadline);
            }

            logged = log;
        }

        try
        {
            await PrepareAsync(deadline.Token);
            while (true)
            {
                CheckRoom();

                // A process that has ended is not disposed of here, because another thread may be checking whether it runs.
                Process = await LaunchAsync(deadline.Token);

                // The only call of this method for the process. It adds a handler to an event that is not thread-safe and removes it at its
                // end: of two calls, one could lose its handler while the other is cancelled, and would then never end.
                _exit = Process.WaitForExitAsync(CancellationToken.None);
                if (await BecomesReadyAsync(ExtendAsync, deadline.Token))
                {
                    await OnReadyAsync(deadline.Token);
                    return;
                }

                if (!EndedTemporarily())
                {
                    throw new PizzeriaException($"{Kind} ended while starting. Its last lines:\n{Files.Tail(LogFile)}");
                }

                await Task.Delay(PollEvery * 4, deadline.Token);
            }
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            Kill();
            throw new PizzeriaException(
                $"{Kind} was not ready after {settings.Deadline.TotalSeconds:0} seconds. Its last lines:\n{Files.Tail(LogFile)}",
                e
            );
        }
        catch
        {
            // Without supervision it must not continue to run.
            Kill();
            throw;
        }
    }

    /// <summary>Creates the folder, the configuration and, the first time, the data.</summary>
    /// <exception cref="PizzeriaException">The server is not installed, or its data cannot be created.</exception>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        if (!_prepared)
        {
            CreateFolder(Folder);
            await PrepareFilesAsync(cancellation);
            _prepared = true;
        }
    }

    /// <summary>Waits until the server's process has ended, for whatever reason.</summary>
    public Task WaitForExitAsync(CancellationToken cancellation) => _exit.WaitAsync(cancellation);

    /// <summary>Stops the server gracefully, with its data safe on disk; kills it after 40 seconds.</summary>
    public async Task StopAsync()
    {
        if (Running is { } process)
        {
            ProcessIdentity.Of(process.Id)?.End(StopSignal);
            if (await Task.WhenAny(_exit, Task.Delay(ProcessRegistry.StopTimeout)) != _exit)
            {
                Kill();
            }

            await _exit;
        }

        await AfterStopAsync();
    }

    /// <summary>Ends the server with SIGKILL, like a crash. <see cref="StartAsync"/> starts it again with its data.</summary>
    public void Kill()
    {
        if (Pid is { } pid)
        {
            Posix.Signal(pid, Posix.SigKill);
        }
    }

    /// <summary>Stops the server, and deletes its folder if that is a temporary one.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Process?.Dispose();
        if (settings.Folder is null)
        {
            Files.DeleteFolder(Folder);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Whether the server answers, regardless of which process started it.</summary>
    public abstract Task<bool> AnswersAsync(CancellationToken cancellation);

    private protected abstract Task PrepareFilesAsync(CancellationToken cancellation);

    private protected virtual Task<Process> LaunchAsync(CancellationToken cancellation) => Task.FromResult(Launch(Command));

    private protected Process Launch(ProgramStart start, string part = "") => ChildProcess.Start(start, LogFile, Recording?.Invoke(part));

    private protected static PizzeriaException NotInstalled(ServerKind kind) =>
        new($"{kind} is not installed. To get it: {Packages.CommandFor([Packages.For(kind)])}");

    /// <summary>Whether the process that this host started is ready.</summary>
    private protected virtual Task<bool> IsReadyAsync(CancellationToken cancellation) => AnswersAsync(cancellation);

    private protected virtual Task OnReadyAsync(CancellationToken cancellation) => Task.CompletedTask;

    private protected virtual Task AfterStopAsync() => Task.CompletedTask;

    /// <summary>Whether the process ended for a transient reason, so that a retry makes sense.</summary>
    private protected virtual bool EndedTemporarily() => false;

    /// <summary>Creates a folder that the server's user owns and no other user can read.</summary>
    /// <exception cref="PizzeriaException">The server's user may not enter a folder above it.</exception>
    private protected void CreateFolder(string path)
    {
        if (RunAs is null)
        {
            Directory.CreateDirectory(path);
            return;
        }

        if (Files.InaccessibleAncestor(path) is { } closed)
        {
            throw new PizzeriaException($"{Kind} runs as the user {RunAs}, who has no access to {closed}: choose another folder.");
        }

        Directory.CreateDirectory(path);
        Run("chown", $"{RunAs}:", path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Writes a file that only the server's user may read.</summary>
    private protected void WriteSecret(string path, string text, UnixFileMode mode = UnixFileMode.UserRead)
    {
        File.Delete(path);
        Files.WriteNew(path, text, mode);
        if (RunAs is not null)
        {
            Run("chown", $"{RunAs}:", path);
        }
    }

    private void CheckRoom()
    {
        var free = new DriveInfo(Folder).AvailableFreeSpace;
        if (free < MinFreeBytes)
        {
            throw new PizzeriaException(
                $"{Kind} is not started on a full disk: {free / 1_000_000} MB free at {Folder}, {MinFreeBytes / 1_000_000} are needed."
            );
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }

    private async Task<bool> BecomesReadyAsync(Func<Task> extend, CancellationToken cancellation)
    {
        var extended = Stopwatch.GetTimestamp();
        while (!Process!.HasExited)
        {
            // Another process may have the port and never answer, while the server has already ended.
            using var probe = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            probe.CancelAfter(ProbeDeadline);
            try
            {
                if (await IsReadyAsync(probe.Token) && !Process.HasExited)
                {
                    return true;
                }
            }
            catch (Exception e) when (e is IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                // Without an answer, or with an unreadable log, the server is not ready.
            }

            if (Stopwatch.GetElapsedTime(extended) >= ProbeDeadline)
            {
                extended = Stopwatch.GetTimestamp();
                await extend();
            }

            await Task.Delay(PollEvery, cancellation);
        }

        return false;
    }
}
