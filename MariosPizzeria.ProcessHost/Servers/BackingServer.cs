using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>How a private server is to be started; what is left out is chosen.</summary>
public sealed record ServerSettings
{
    /// <summary>Its own folder, kept over restarts and never deleted; null is a temporary one, deleted with the server.</summary>
    public string? Folder { get; init; }

    /// <summary>Its port on 127.0.0.1, kept over restarts; null is a free one.</summary>
    public int? Port { get; init; }

    /// <summary>The user it is reached as, where it knows users. Counts when the data is new.</summary>
    public string User { get; init; } = "admin";

    /// <summary>The password it is reached with. Counts when the data is new, except for Redis.</summary>
    public string Password { get; init; } = "test";

    /// <summary>Where its output goes; null is <c>server.log</c> in its folder.</summary>
    public string? LogFile { get; init; }

    /// <summary>How long it may take to be ready without a sign that it is starting, recovering or loading.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(90);
}

/// <summary>
/// A private server on 127.0.0.1 with a folder and a port of its own, so that any number stand side by side on one machine.
/// Killed or stopped, it starts again with its data, on the same port.
/// </summary>
public abstract class BackingServer : IAsyncDisposable
{
    /// <summary>
    /// Without so many free bytes none is started. RabbitMQ 3.10 rewrites the configuration of each quorum queue when it starts: on a full
    /// disk the files are left empty, and those queues can't be started again.
    /// </summary>
    private const long LeastFreeBytes = 50_000_000;

    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ProbeDeadline = TimeSpan.FromSeconds(1);
    private readonly ServerSettings _settings;
    private readonly bool _ownsFolder;
    private bool _prepared;

    private protected BackingServer(ServerKind kind, ServerSettings settings, string? user)
    {
        _settings = settings;
        Kind = kind;
        RunAs = Posix.IsRoot ? user : null;
        Port = settings.Port ?? LoopbackPort.Free();
        _ownsFolder = settings.Folder is null;
        Folder = Path.GetFullPath(
            settings.Folder ?? Directory.CreateTempSubdirectory($"pizzeria-{kind.ToString().ToLowerInvariant()}-").FullName
        );
        LogFile = settings.LogFile ?? Path.Combine(Folder, "server.log");
    }

    public ServerKind Kind { get; }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    public string User => _settings.User;

    public string Password => _settings.Password;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public string LogFile { get; }

    /// <summary>The server's own process id; null while it does not run.</summary>
    public int? Pid => Process is { HasExited: false } process ? process.Id : null;

    /// <summary>Where everything of it lives.</summary>
    public string Folder { get; }

    /// <summary>How its process is started once it is prepared.</summary>
    /// <exception cref="PizzeriaException">It is not installed; the message says how to get it.</exception>
    public abstract ServerCommand Command { get; }

    private protected string? RunAs { get; }

    private protected Process? Process { get; private set; }

    /// <summary>Makes the record of a process that is about to be started; told which of the server's, "" for the server itself.</summary>
    internal Func<string, ChildRecord>? Recording { get; init; }

    /// <summary>The signal that ends it in good order.</summary>
    internal virtual int StopSignal => Posix.SigTerm;

    /// <summary>Starts it, new or with the data it had, and waits until it answers.</summary>
    /// <exception cref="PizzeriaException">
    /// It is not installed, its disk is full, it ended at start (with its last lines), or it missed its deadline.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(_settings.Deadline);
        var logged = 0L;

        // Recovering or loading much is no fault, and to be killed for it would begin it anew.
        async Task ExtendAsync()
        {
            var log = File.Exists(LogFile) ? new FileInfo(LogFile).Length : 0;
            if (log != logged || await SignOfLife.OfAsync(Port, ProbeDeadline, deadline.Token) == Contact.Answered)
            {
                deadline.CancelAfter(_settings.Deadline);
            }

            logged = log;
        }

        try
        {
            await PrepareAsync(deadline.Token);
            while (true)
            {
                CheckRoom();

                // One that has ended is not disposed of here: somebody may be asking it just now whether it runs.
                Process = await LaunchAsync(deadline.Token);
                if (await BecomesReadyAsync(ExtendAsync, deadline.Token))
                {
                    await OnReadyAsync(deadline.Token);
                    return;
                }

                if (!EndedForNow())
                {
                    throw new PizzeriaException($"{Kind} ended while it started. Its last lines:\n{LogTail.Of(LogFile)}");
                }

                await Task.Delay(PollEvery * 4, deadline.Token);
            }
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            Kill();
            throw new PizzeriaException(
                $"{Kind} was not ready after {_settings.Deadline.TotalSeconds:0} seconds. Its last lines:\n{LogTail.Of(LogFile)}",
                e
            );
        }
        catch
        {
            // Nobody would watch it.
            Kill();
            throw;
        }
    }

    /// <summary>Makes its folder, configuration and, the first time, its data.</summary>
    /// <exception cref="PizzeriaException">It is not installed, or its data can't be made.</exception>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        if (!_prepared)
        {
            CreateFolder(Folder);
            await PrepareFilesAsync(cancellation);
            _prepared = true;
        }
    }

    /// <summary>Ends when the server's process has ended, for whatever reason.</summary>
    public async Task WaitForExitAsync(CancellationToken cancellation)
    {
        if (Process is { } process)
        {
            await process.WaitForExitAsync(cancellation);
        }
    }

    /// <summary>Stops it in good order, data safe on disk; after 40 seconds it is killed.</summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        if (Process is { HasExited: false } process)
        {
            ProcessIdentity.Of(process.Id)?.End(StopSignal);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(TimeSpan.FromSeconds(40));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        await AfterStopAsync();
    }

    /// <summary>SIGKILL: what a crash is like. <see cref="StartAsync"/> brings it back with its data.</summary>
    public void Kill()
    {
        if (Process is { HasExited: false } process)
        {
            Posix.Signal(process.Id, Posix.SigKill);
        }
    }

    /// <summary>Stops it, and deletes its folder if that was a temporary one.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Process?.Dispose();
        if (_ownsFolder && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Asks the server, whoever started it, whether it serves.</summary>
    public abstract Task<bool> AnswersAsync(CancellationToken cancellation);

    private protected abstract Task PrepareFilesAsync(CancellationToken cancellation);

    private protected virtual Task<Process> LaunchAsync(CancellationToken cancellation) => Task.FromResult(Launch(Command));

    private protected Process Launch(ServerCommand command, string part = "") =>
        Child.Start(
            new ChildStart(command.Program, command.Arguments)
            {
                Environment = command.Environment,
                WorkingDirectory = command.WorkingDirectory,
                RunAs = command.RunAs,
                LogFile = LogFile,
                Record = Recording?.Invoke(part),
            }
        );

    private protected static PizzeriaException NotInstalled(ServerKind kind) =>
        new($"{kind} is not installed. To get it: {Packages.CommandFor([Packages.For(kind)])}");

    /// <summary>Whether the process that this host started serves.</summary>
    private protected virtual Task<bool> IsReadyAsync(CancellationToken cancellation) => AnswersAsync(cancellation);

    private protected virtual Task OnReadyAsync(CancellationToken cancellation) => Task.CompletedTask;

    private protected virtual Task AfterStopAsync() => Task.CompletedTask;

    /// <summary>Whether the process ended for a reason that passes, so that it is worth trying again.</summary>
    private protected virtual bool EndedForNow() => false;

    /// <summary>Makes a folder that the server's user owns and nobody else reads.</summary>
    /// <exception cref="PizzeriaException">The server's user cannot get there.</exception>
    private protected void CreateFolder(string path)
    {
        if (RunAs is null)
        {
            Directory.CreateDirectory(path);
            return;
        }

        for (var parent = Path.GetDirectoryName(path); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            if (Directory.Exists(parent) && !File.GetUnixFileMode(parent).HasFlag(UnixFileMode.OtherExecute))
            {
                throw new PizzeriaException($"{Kind} runs as the user {RunAs}, who may not enter {parent}: choose another folder.");
            }
        }

        Directory.CreateDirectory(path);
        Run("chown", $"{RunAs}:", path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Writes a file that only the server's user may read.</summary>
    private protected async Task WriteSecretAsync(string path, string text, UnixFileMode mode, CancellationToken cancellation)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = mode,
        };
        await using (var file = new StreamWriter(path, options))
        {
            await file.WriteAsync(text.AsMemory(), cancellation);
        }

        if (RunAs is not null)
        {
            Run("chown", $"{RunAs}:", path);
        }
    }

    private void CheckRoom()
    {
        var free = new DriveInfo(Folder).AvailableFreeSpace;
        if (free < LeastFreeBytes)
        {
            throw new PizzeriaException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Kind} is not started on a full disk: {free / 1_000_000} MB free at {Folder}, {LeastFreeBytes / 1_000_000} are needed."
                )
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
            // Whoever has the port may be a stranger who never answers, while the server has already given up.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(ProbeDeadline);
            try
            {
                if (await IsReadyAsync(patience.Token) && !Process.HasExited)
                {
                    return true;
                }
            }
            catch (Exception e) when (e is IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                // No answer is no readiness, nor is a log that cannot be read.
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

/// <summary>The end of a log, for a message.</summary>
internal static class LogTail
{
    public static string Of(string file, int lines = 15)
    {
        if (!File.Exists(file))
        {
            return "(none)";
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-Math.Min(stream.Length, 16 * 1024), SeekOrigin.End);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().TrimEnd();
        return text.Length == 0 ? "(none)" : string.Join('\n', text.Split('\n').TakeLast(lines));
    }
}
