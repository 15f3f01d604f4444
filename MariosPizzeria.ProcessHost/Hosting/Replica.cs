using System.Net.Sockets;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>The build, environment and arguments that a replica is started with.</summary>
/// <param name="Folder">The immutable copy of its build.</param>
internal sealed record LaunchSpec(
    string Folder,
    string Assembly,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<string> Arguments
)
{
    /// <summary>
    /// Inherited variables that would change the addresses of a process: those of the host's launch profile, and of systemd.
    /// </summary>
    private static readonly string[] Foreign =
    [
        "ASPNETCORE_URLS",
        "ASPNETCORE_HTTP_PORTS",
        "ASPNETCORE_HTTPS_PORTS",
        "DOTNET_URLS",
        "HTTP_PORTS",
        "HTTPS_PORTS",
        "URLS",
        "DOTNET_LAUNCH_PROFILE",
        "LISTEN_FDS",
        "LISTEN_PID",
        "LISTEN_FDNAMES",
        "NOTIFY_SOCKET",
    ];

    public string Dll => Path.Combine(Folder, Assembly + ".dll");

    /// <summary>The changes to the host's own environment; null removes a variable.</summary>
    public Dictionary<string, string?> Overlay()
    {
        var overlay = Foreign.ToDictionary(f => f, string? (_) => null);
        foreach (var (name, value) in Environment)
        {
            overlay[name] = value;
        }

        return overlay;
    }

    /// <summary>Whether a process that runs from the other specification needs no restart to run from this one.</summary>
    public bool IsSameAs(LaunchSpec other) =>
        (Folder, Assembly) == (other.Folder, other.Assembly)
        && Arguments.SequenceEqual(other.Arguments)
        && Environment.OrderBy(variable => variable.Key).SequenceEqual(other.Environment.OrderBy(variable => variable.Key));
}

/// <summary>One process of a type: started, monitored, restarted if it dies or hangs, and stopped gracefully.</summary>
internal sealed class Replica(
    string type,
    int index,
    int port,
    Role role,
    Socket? listen,
    StateFolder state,
    ProcessRegistry registry,
    ProgressNotifier board
) : IDisposable
{
    private const int MaxExitsInARow = 3;

    // The progress shows how many seconds a start has taken, and a process that dies or hangs is restarted long before this. The deadline
    // ends starts that only appear to make progress. On a busy machine a start may take minutes.
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(5);

    // The intervals between two probes: each probe is work for the servers of the process too.
    private static readonly TimeSpan Starting = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Unhealthy = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = AnswerTimeout };

    private readonly RestartBackoff _backoff = new();
    private CancellationTokenSource _stopping = new();
    private Task _cancellation = Task.CompletedTask;
    private ProcessIdentity? _process;
    private int _exitsInARow;
    private int _restarts;

    // starting, running, stopping, restarting (waiting for the restart), stopped.
    private string _state = "stopped";
    private DateTimeOffset _since;

    // The time at which the last successful readiness probe was sent; null while the replica is not ready.
    private DateTimeOffset? _seenReady;

    public int Index => index;

    public string Name => $"{type}/{index}";

    /// <summary>The specification for each start. Set it only while the replica is stopped.</summary>
    public required LaunchSpec Spec { get; set; }

    private string Url => $"http://127.0.0.1:{port}";

    private string ReadyUrl => $"{Url}/health/ready";

    private string LogFile => Path.Combine(state.Logs, $"{type}.{index}.log");

    /// <summary>Returns the status; ready only if the last successful readiness probe was sent at or after that time.</summary>
    public ProcessStatus StatusAfter(DateTimeOffset time) =>
        new(type, index, _process?.Pid, Url, _state, _seenReady >= time, _restarts, _since);

    /// <summary>Starts the process, and keeps it running from then on.</summary>
    public void Start()
    {
        _stopping = new CancellationTokenSource();
        _exitsInARow = 0;
        _cancellation = SuperviseAsync(_stopping.Token);
    }

    /// <summary>Waits until <c>/health/ready</c> of its own port answers 200.</summary>
    /// <exception cref="PizzeriaException">The process ended repeatedly, or was not ready in time; with its last log lines.</exception>
    public async Task WaitReadyAsync(CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (_seenReady is null)
        {
            if (_exitsInARow >= MaxExitsInARow)
            {
                throw new PizzeriaException($"{Name} ended repeatedly while starting. Its last lines:\n{Files.Tail(LogFile)}");
            }

            if (Stopwatch.GetElapsedTime(started) > StartDeadline)
            {
                throw new PizzeriaException(
                    $"{Name} was not ready after {StartDeadline.TotalSeconds:0} seconds and {_restarts} restarts ({ReadyUrl}). Its last lines:\n{Files.Tail(LogFile)}"
                );
            }

            await Task.Delay(20, cancellation);
        }
    }

    /// <summary>Stops the process with SIGTERM, and after 40 seconds with SIGKILL.</summary>
    public async Task StopAsync()
    {
        board.Report(Name, "stopping", busy: true);
        await _stopping.CancelAsync();
        if (await Task.WhenAny(_cancellation, Task.Delay(ProcessRegistry.StopTimeout)) != _cancellation)
        {
            board.Report(Name, "did not stop in 40 seconds: killed", busy: true);
            _process?.Signal(Posix.SigKill);
        }

        await _cancellation;
        SetState("stopped");
        board.Report(Name, "stopped");
    }

    public void Dispose() => _stopping.Dispose();

    private async Task SuperviseAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            var end = "ended";
            var wasReady = false;
            try
            {
                using var process = Launch();
                var exit = process.WaitForExitAsync(CancellationToken.None);
                await using (stopping.Register(Terminate))
                {
                    wasReady = await ProbeUntilAsync(exit);
                }

                end = $"ended with exit code {process.ExitCode}";
            }
            catch (Exception e)
            {
                // Any error, for example a full disk: only this loop can start the process again after the error has passed.
                end = e.Message;
                _process?.Signal(Posix.SigKill);
            }

            (_seenReady, _process) = (null, null);
            if (stopping.IsCancellationRequested)
            {
                break;
            }

            _exitsInARow = wasReady ? 0 : _exitsInARow + 1;
            var wait = _backoff.Next(Stopwatch.GetElapsedTime(started));
            _restarts++;
            SetState("restarting");
            board.Report(Name, $"{end}; restarting in {wait.TotalSeconds:0.0} s", busy: true);
            await Task.Delay(wait, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Terminate()
    {
        SetState("stopping");
        _process?.End(Posix.SigTerm);
    }

    private Process Launch()
    {
        SetState("starting");
        board.Report(Name, "starting", busy: true);
        var environment = Spec.Overlay();

        // Values for the System page that a process cannot determine itself; a change of them is no reason for a restart.
        environment["Platform__Restarts"] = $"{_restarts}";
        environment["Platform__LogFile"] = LogFile;
        var start = new ProgramStart("dotnet", [Spec.Dll, .. Spec.Arguments]) { WorkingDirectory = Spec.Folder, Environment = environment };
        var process = ChildProcess.Start(start, LogFile, registry.Reserve(Name, role, Posix.SigTerm), listen);
        _process = ProcessIdentity.Of(process.Id);
        return process;
    }

    /// <summary>Probes the readiness until the process ends; kills it if it hangs. True if it was ready at any time.</summary>
    private async Task<bool> ProbeUntilAsync(Task exit)
    {
        var wasReady = false;
        var silence = new HangDetector(isStarting: true);
        while (!exit.IsCompleted)
        {
            var round = Stopwatch.GetTimestamp();
            var asked = DateTimeOffset.UtcNow;
            var (answer, ready) = await ProbeAsync(ReadyUrl);
            ready &= !exit.IsCompleted;
            if (ready && _state == "starting")
            {
                wasReady = true;
                silence = new HangDetector();
                _exitsInARow = 0;
                SetState("running");
                board.Report(Name, "ready");
            }

            _seenReady = ready ? asked : null;
            var pause =
                ready ? Healthy
                : wasReady ? Unhealthy
                : Starting;
            if (answer == ProbeResult.Unanswered)
            {
                // Readiness waits for the servers of the process. If one of them hangs, the process does not, so its liveness is probed.
                (answer, _) = await ProbeAsync($"{Url}/alive");
            }

            await Task.WhenAny(exit, Task.Delay(pause));
            var hangs = silence.IsHanging(
                answer,
                longest: AnswerTimeout * 2 + pause,
                Stopwatch.GetElapsedTime(round),
                _process?.ProcessorTime ?? TimeSpan.Zero
            );
            if (hangs && _state is "starting" or "running")
            {
                board.Report(Name, "hangs: killed", busy: true);
                _process?.Signal(Posix.SigKill);
            }
        }

        await exit;
        return wasReady;
    }

    private static async Task<(ProbeResult Contact, bool Success)> ProbeAsync(string url)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead);
            return (ProbeResult.Answered, response.IsSuccessStatusCode);
        }
        catch (HttpRequestException)
        {
            return (ProbeResult.Refused, false);
        }
        catch (OperationCanceledException)
        {
            return (ProbeResult.Unanswered, false);
        }
    }

    private void SetState(string newState)
    {
        _state = newState;
        _since = DateTimeOffset.UtcNow;
    }
}
