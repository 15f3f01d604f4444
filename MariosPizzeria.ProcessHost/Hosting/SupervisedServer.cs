using System.Diagnostics;
using MariosPizzeria.ProcessHost.Plan;
using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>A server of the running system; one that dies is started again with its data.</summary>
internal sealed class SupervisedServer(ServerPlan plan, BackingServer server, ProgressBoard board) : IDisposable
{
    private readonly Backoff _backoff = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _life = Task.CompletedTask;

    public ServerPlan Plan => plan;

    public string Address => server.Address;

    public int? Pid => server.Pid;

    /// <summary>It answers; not one that has just died, although nobody has seen to it yet.</summary>
    public bool Ready => State == "running" && Pid is not null;

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

        Become("running");
        board.Report(plan.Name, "ready");
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
                await server.WaitForExitAsync(_stopping.Token);
                Become("restarting");
                Restarts++;
                var wait = _backoff.Next(Stopwatch.GetElapsedTime(started));
                board.Report(plan.Name, "ended; starting again with its data", busy: true);
                await Task.Delay(wait, _stopping.Token);
                started = Stopwatch.GetTimestamp();
                await server.StartAsync(_stopping.Token);
                Become("running");
                board.Report(plan.Name, "ready");
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (PizzeriaException e)
            {
                board.Report(plan.Name, e.Message, busy: true);
            }
        }
    }

    private void Become(string state)
    {
        Since = DateTimeOffset.UtcNow;
        State = state;
    }
}
