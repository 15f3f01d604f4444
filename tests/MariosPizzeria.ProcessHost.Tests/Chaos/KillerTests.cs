using System.Diagnostics;
using MariosPizzeria.ProcessHost.Chaos;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Tests.Hosting;

namespace MariosPizzeria.ProcessHost.Tests.Chaos;

/// <summary>The choice and timing of kills, with processes that the test starts.</summary>
public sealed class KillerTests : IDisposable
{
    private const int Replicas = 8;

    private readonly List<Process> _processes = [.. Enumerable.Range(0, Replicas).Select(_ => Process.Start("sleep", ["600"]))];

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            process.Dispose();
        }
    }

    [Fact]
    public async Task Nobody_is_killed_while_more_than_a_quarter_of_all_is_being_started()
    {
        var starting = 3;
        var looks = 0;
        var killed = new TaskCompletionSource<string>();
        var plan = new KillPlan(new Dictionary<string, int> { ["order"] = Replicas }, [], kills: 1, new Random(1));
        var killer = new Killer(StatusAsync, plan, TimeSpan.FromMilliseconds(1), new Random(1), told => killed.TrySetResult(told));
        using var stop = new CancellationTokenSource();

        var running = killer.RunAsync(stop.Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref looks) >= 20, "it has looked often");
        killed.Task.IsCompleted.ShouldBeFalse();

        Volatile.Write(ref starting, 2);
        (await killed.Task.WaitAsync(Eventually.Soon)).ShouldStartWith("SIGKILL order/");
        await stop.CancelAsync();
        await running;
        plan.Killed["order"].ShouldBeGreaterThanOrEqualTo(1);

        // The last replicas are still starting.
        Task<SystemStatus> StatusAsync()
        {
            var ready = Replicas - Volatile.Read(ref starting);
            Interlocked.Increment(ref looks);
            return Task.FromResult(
                SystemStatus.NothingRuns with
                {
                    Processes =
                    [
                        .. _processes.Select(
                            (process, n) =>
                                new ProcessStatus(
                                    "order",
                                    n,
                                    process.Id,
                                    Url: "",
                                    n < ready ? "running" : "starting",
                                    Ready: n < ready,
                                    Restarts: 0,
                                    Since: default
                                )
                        ),
                    ],
                }
            );
        }
    }
}
