using System.Diagnostics;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Plan;
using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>A server of the running system; one that dies, or hangs, is started again with its data.</summary>
internal sealed class SupervisedServer(ServerPlan plan, BackingServer server, ProgressBoard board) : IDisposable
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    private readonly Backoff _backoff = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _life = Task.CompletedTask;
    private volatile bool _answers;

    public ServerPlan Plan => plan;

    public string Address => server.Address;

    public int? Pid => server.Pid;

    /// <summary>It answers; not one that has just died, although nobody has seen to it yet.</summary>
    public bool Ready => State == "running" && _answers && Pid is not null;

    public string State { get; private set; } = "starting";

    public DateTimeOffset Since { get; private set; } = DateTimeOffset.UtcNow;

    public int Restarts { get; private set; }

    /// <summary>Starts it, makes its databases, and keeps it running from then on.</summary>
    /// <exception cref="PizzeriaException">It did not start.</exception>
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
        _life = LiveAsync();
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _life;
        State = "stopping";
        await server.StopAsync();
        Become("stopped");
    }

    public void Dispose() => _stopping.Dispose();

    private async Task LiveAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await WatchAsync();
                Become("restarting");
                Restarts++;
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
                // Whatever it is, a full disk for one: nobody else would start the server again once it has passed.
                board.Report(plan.Name, e.Message, busy: true);
            }
        }
    }

    /// <summary>Asks it for a sign of life until it has ended; one that hangs is killed.</summary>
    private async Task WatchAsync()
    {
        var exit = server.WaitForExitAsync(_stopping.Token);
        var silence = new Silence();
        while (!exit.IsCompleted)
        {
            var round = Stopwatch.GetTimestamp();
            await Task.WhenAny(exit, Task.Delay(AskEvery, _stopping.Token));
            if (exit.IsCompleted)
            {
                break;
            }

            var contact = await SignOfLife.OfAsync(server.Port, AnswerTimeout, _stopping.Token);
            if (_answers != (contact == Contact.Answered))
            {
                _answers = !_answers;
                board.Report(plan.Name, _answers ? "ready" : "does not answer", busy: !_answers);
            }

            if (silence.Hangs(contact, AskEvery + AnswerTimeout, Stopwatch.GetElapsedTime(round)))
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
        Become("running");
        board.Report(plan.Name, "ready");
    }

    private void Become(string state)
    {
        Since = DateTimeOffset.UtcNow;
        State = state;
    }
}
