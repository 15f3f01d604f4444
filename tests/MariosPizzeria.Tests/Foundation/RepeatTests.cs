using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>Loops of background work.</summary>
public sealed class RepeatTests
{
    [Fact]
    public async Task A_pause_of_a_part_of_a_millisecond_is_waited_for_and_not_worked_through()
    {
        using var stop = new CancellationTokenSource();
        var (time, steps) = (new Timers(), 0);

        await RetryLoop.RunForeverAsync(
            _ =>
            {
                if (++steps == 5)
                {
                    stop.Cancel();
                }

                return Task.FromResult(TimeSpan.FromMilliseconds(0.3));
            },
            onFailure: _ => { },
            TimeSpan.Zero,
            time,
            stop.Token
        );

        time.Set.Count.ShouldBe(steps - 1);
        time.Set.ShouldAllBe(due => due == TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void An_outage_is_reported_once_when_it_begins_and_once_when_it_ends()
    {
        var reported = new List<string>();
        var outage = new OutageReport(e => reported.Add(e.Message), () => reported.Add("over"));

        outage.Succeeded();
        outage.Failed(new TimeoutException("first"));
        outage.Failed(new TimeoutException("second"));
        outage.Succeeded();
        outage.Succeeded();
        outage.Failed(new TimeoutException("third"));

        reported.ShouldBe(["first", "over", "third"]);
    }

    private sealed class Timers : TimeProvider
    {
        public List<TimeSpan> Set { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Set.Add(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
