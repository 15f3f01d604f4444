using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>What a replica is started from and with. Two that are equal need no restart.</summary>
/// <param name="Folder">The immutable copy of its build.</param>
/// <param name="Assembly">Its assembly's name.</param>
/// <param name="Environment">Its variables.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record LaunchSpec(
    string Folder,
    string Assembly,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<string> Arguments
)
{
    /// <summary>
    /// Variables of whoever started the host that would move a process elsewhere: of its launch profile, and of systemd.
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

    /// <summary>What is laid over the host's own environment; null takes a variable away.</summary>
    public Dictionary<string, string?> Overlay()
    {
        var overlay = Foreign.ToDictionary(f => f, string? (_) => null, StringComparer.Ordinal);
        foreach (var (name, value) in Environment)
        {
            overlay[name] = value;
        }

        return overlay;
    }

    public bool Equals(LaunchSpec? other) =>
        other is not null
        && Folder == other.Folder
        && Assembly == other.Assembly
        && Arguments.SequenceEqual(other.Arguments, StringComparer.Ordinal)
        && Environment.Count == other.Environment.Count
        && Environment.All(e => other.Environment.TryGetValue(e.Key, out var value) && value == e.Value);

    public override int GetHashCode() => HashCode.Combine(Folder, Assembly, Environment.Count);
}

/// <summary>One process of a type: started, watched, started again when it dies or hangs, stopped in good order.</summary>
internal sealed class Replica(
    string type,
    int index,
    int port,
    Role role,
    Socket? listen,
    StateFolder state,
    ProcessRegistry registry,
    ProgressBoard board
) : IDisposable
{
    private const int DeathsBeforeGivingUp = 3;
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);

    // How long it is left alone between two questions: each is work for its servers too.
    private static readonly TimeSpan Starting = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Unwell = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Well = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = AnswerTimeout };

    private readonly Uri _liveness = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/alive"));
    private readonly Uri _readiness = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/health/ready"));
    private readonly Backoff _backoff = new();
    private CancellationTokenSource _stopping = new();
    private Task _life = Task.CompletedTask;
    private ProcessIdentity? _process;
    private int _deathsInARow;

    public int Index => index;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{type}/{index}");

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    public string LogFile => Path.Combine(state.Logs, string.Create(CultureInfo.InvariantCulture, $"{type}.{index}.log"));

    /// <summary>What each start is from. Set it only while it is stopped.</summary>
    public required LaunchSpec Spec { get; set; }

    public int? Pid { get; private set; }

    /// <summary>starting, running, stopping, restarting (waiting to be), stopped.</summary>
    public string State { get; private set; } = "stopped";

    public bool Ready => SeenReady is not null;

    /// <summary>When it was asked what it has last answered with ready; null while it is not.</summary>
    public DateTimeOffset? SeenReady { get; private set; }

    public DateTimeOffset Since { get; private set; }

    /// <summary>How often it was started again because it had died.</summary>
    public int Restarts { get; private set; }

    /// <summary>Starts it, and keeps it running from now on.</summary>
    public void Start()
    {
        _stopping = new CancellationTokenSource();
        _deathsInARow = 0;
        _life = LiveAsync(_stopping.Token);
    }

    /// <summary>Waits until <c>/health/ready</c> of its own port answers 200.</summary>
    /// <exception cref="PizzeriaException">It died again and again, or was not ready in time; with its last lines.</exception>
    public async Task WaitReadyAsync(CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (!Ready)
        {
            if (_deathsInARow >= DeathsBeforeGivingUp)
            {
                throw new PizzeriaException($"{Name} ended again and again while it started. Its last lines:\n{LogTail()}");
            }

            if (Stopwatch.GetElapsedTime(started) > StartDeadline)
            {
                throw new PizzeriaException(
                    $"{Name} was not ready after {StartDeadline.TotalSeconds:0} seconds ({_readiness}). Its last lines:\n{LogTail()}"
                );
            }

            await Task.Delay(20, cancellation);
        }
    }

    /// <summary>SIGTERM, and after 40 seconds SIGKILL.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        if (await Task.WhenAny(_life, Task.Delay(ProcessRegistry.StopTimeout)) != _life)
        {
            board.Report(Name, "did not stop in 40 seconds: killed", busy: true);
            _process?.Signal(Posix.SigKill);
        }

        await _life;
        Become("stopped");
    }

    public void Dispose() => _stopping.Dispose();

    private async Task LiveAsync(CancellationToken stopping)
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

                end = string.Create(CultureInfo.InvariantCulture, $"ended with {process.ExitCode}");
            }
            catch (Exception e)
            {
                // Whatever it is, a full disk for one: nobody else would start it again once it has passed.
                end = e.Message;
                _process?.Signal(Posix.SigKill);
            }

            (SeenReady, Pid, _process) = (null, null, null);
            if (stopping.IsCancellationRequested)
            {
                break;
            }

            _deathsInARow = wasReady ? 0 : _deathsInARow + 1;
            var wait = _backoff.Next(Stopwatch.GetElapsedTime(started));
            Restarts++;
            Become("restarting");
            board.Report(Name, string.Create(CultureInfo.InvariantCulture, $"{end}; again in {wait.TotalSeconds:0.0} s"), busy: true);
            await Task.Delay(wait, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Terminate()
    {
        Become("stopping");
        _process?.End(Posix.SigTerm);
    }

    private Process Launch()
    {
        Become("starting");
        board.Report(Name, "starting", busy: true);
        var process = Child.Start(
            new ChildStart("dotnet", [Spec.Dll, .. Spec.Arguments])
            {
                WorkingDirectory = Spec.Folder,
                Environment = Spec.Overlay(),
                LogFile = LogFile,
                Listen = listen,
                Record = registry.Reserve(Name, role, Posix.SigTerm),
            }
        );
        (_process, Pid) = (ProcessIdentity.Of(process.Id), process.Id);
        return process;
    }

    /// <summary>Asks for its readiness until it ends; one that hangs is killed. True if it was ready at any time.</summary>
    private async Task<bool> ProbeUntilAsync(Task exit)
    {
        var wasReady = false;
        var silence = new Silence();
        while (!exit.IsCompleted)
        {
            var round = Stopwatch.GetTimestamp();
            var asked = DateTimeOffset.UtcNow;
            var (answer, ready) = await AskAsync(_readiness);
            ready &= !exit.IsCompleted;
            if (ready && State == "starting")
            {
                wasReady = true;
                _deathsInARow = 0;
                Become("running");
                board.Report(Name, "ready");
            }

            SeenReady = ready ? asked : null;
            var pause =
                ready ? Well
                : wasReady ? Unwell
                : Starting;
            if (answer == Contact.Unanswered)
            {
                // Its readiness waits for its servers; if one of those hangs, it does not.
                (answer, _) = await AskAsync(_liveness);
            }

            await Task.WhenAny(exit, Task.Delay(pause));
            var took = Stopwatch.GetElapsedTime(round);
            if (silence.Hangs(answer, AnswerTimeout * 2 + pause, took, isStarting: !wasReady) && State is "starting" or "running")
            {
                board.Report(Name, "hangs: killed", busy: true);
                _process?.Signal(Posix.SigKill);
            }
        }

        await exit;
        return wasReady;
    }

    private static async Task<(Contact Contact, bool Success)> AskAsync(Uri uri)
    {
        try
        {
            using var response = await Http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead);
            return (Contact.Answered, response.IsSuccessStatusCode);
        }
        catch (HttpRequestException)
        {
            return (Contact.Refused, false);
        }
        catch (OperationCanceledException)
        {
            return (Contact.Unanswered, false);
        }
    }

    private void Become(string newState)
    {
        State = newState;
        Since = DateTimeOffset.UtcNow;
    }

    private string LogTail() => Servers.LogTail.Of(LogFile);
}
