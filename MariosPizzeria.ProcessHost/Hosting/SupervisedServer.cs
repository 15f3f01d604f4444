namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>A server of the running system; it is restarted with its data if it dies or hangs.</summary>
internal sealed class SupervisedServer(ServerPlan plan, BackingServer server, ProgressNotifier board) : IDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    private readonly RestartBackoff _backoff = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _life = Task.CompletedTask;
    private volatile bool _answers;
    private string _state = "starting";
    private DateTimeOffset _since = DateTimeOffset.UtcNow;
    private int _restarts;

    public ServerPlan Plan => plan;

    /// <summary>The status. The server is ready while it answers, and not ready as soon as its process has ended.</summary>
    public ServerStatus Status =>
        new(
            plan.Name,
            plan.Kind.ToString().ToLowerInvariant(),
            server.Pid,
            server.Address,
            _state,
            Ready: _state == "running" && _answers && server.Pid is not null,
            _restarts,
            _since
        );

    /// <summary>Starts the server, creates its databases, and keeps it running from then on.</summary>
    /// <exception cref="PizzeriaException">The server did not start.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        board.Report(plan.Name, "starting", busy: true);
        await server.StartAsync(cancellation);
        if (server is PostgresServer postgres)
        {
            foreach (var database in plan.Databases.Values)
            {
                await postgres.CreateDatabaseAsync(database, cancellation);
            }
        }

        BecomeReady();
        _life = SuperviseAsync();
    }

    /// <summary>Stops the server. A failure is reported and not thrown, because the other servers must stop too.</summary>
    public async Task StopAsync()
    {
        board.Report(plan.Name, "stopping", busy: true);
        try
        {
            await _stopping.CancelAsync();
            await _life;
            _state = "stopping";
            await server.StopAsync();
            SetState("stopped");
            board.Report(plan.Name, "stopped");
        }
        catch (Exception e)
        {
            // The command down finds the remaining processes by their records and ends them.
            board.Report(plan.Name, $"not stopped: {e.Message}");
        }
    }

    public void Dispose() => _stopping.Dispose();

    private async Task SuperviseAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await WatchAsync();
                SetState("restarting");
                _restarts++;
                var wait = _backoff.Next(Stopwatch.GetElapsedTime(started));
                board.Report(plan.Name, "ended; starting again with its data", busy: true);
                await Task.Delay(wait, _stopping.Token);
                started = Stopwatch.GetTimestamp();
                await server.StartAsync(_stopping.Token);
                BecomeReady();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Any error, for example a full disk: only this loop can start the server again after the error has passed.
                board.Report(plan.Name, e.Message, busy: true);
            }
        }
    }

    /// <summary>Probes the server until it has ended; kills it if it hangs.</summary>
    private async Task WatchAsync()
    {
        var exit = server.WaitForExitAsync(_stopping.Token);
        var silence = new HangDetector();
        while (!exit.IsCompleted)
        {
            var round = Stopwatch.GetTimestamp();
            await Task.WhenAny(exit, Task.Delay(ProbeInterval, _stopping.Token));
            if (exit.IsCompleted)
            {
                break;
            }

            var contact = await ConnectionProbe.OfAsync(server.Port, AnswerTimeout, _stopping.Token);
            if (_answers != (contact == ProbeResult.Answered))
            {
                _answers = !_answers;
                board.Report(plan.Name, _answers ? "ready" : "does not answer", busy: !_answers);
            }

            if (silence.IsHanging(contact, ProbeInterval + AnswerTimeout, Stopwatch.GetElapsedTime(round)))
            {
                board.Report(plan.Name, "hangs: killed", busy: true);
                server.Kill();
                break;
            }
        }

        await exit;
    }

    private void BecomeReady()
    {
        _answers = true;
        SetState("running");
        board.Report(plan.Name, "ready");
    }

    private void SetState(string state)
    {
        _since = DateTimeOffset.UtcNow;
        _state = state;
    }
}
