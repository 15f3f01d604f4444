using System.Diagnostics;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Tests.Hosting;

/// <summary>A hanging process becomes not ready and is replaced; a process that only waits is not replaced.</summary>
public sealed class HangTests
{
    private const int SigStop = 19;

    [Fact]
    public async Task What_hangs_is_not_ready_within_10_s_and_replaced_within_60_and_what_waits_for_it_goes_on()
    {
        await using var playground = new Playground("mongo", "redis", "menu", "gateway");
        await playground.UpAsync("--scale", "menu=2");
        var before = await playground.StatusAsync();
        int[] hanging =
        [
            .. before.Servers.Select(s => s.Pid!.Value),
            before.Processes.Single(p => p is { Name: "menu", Replica: 0 }).Pid!.Value,
        ];
        var waiting = before.Processes.Single(p => p is { Name: "menu", Replica: 1 });
        await Playground.Http.GetStringAsync(new Uri($"{waiting.Url}/hang"));

        hanging.ToList().ForEach(pid => Posix.Signal(pid, SigStop).ShouldBeTrue());
        await Eventually.HoldsAsync(
            async () =>
                await playground.StatusAsync() is { Ready: false } now
                && now.Servers.All(s => !s.Ready)
                && now.Processes.Where(p => p.Name == "menu").All(p => !p.Ready),
            "none of them is ready",
            seconds: 10
        );
        await Eventually.HoldsAsync(
            async () =>
                await playground.StatusAsync() is var now
                && now.Servers.All(s => s.Ready && s.Restarts == 1)
                && now.Processes.Single(p => p is { Name: "menu", Replica: 0 }) is { Ready: true, Restarts: 1 },
            "they are replaced",
            seconds: 60
        );

        await Playground.Http.GetStringAsync(new Uri($"{waiting.Url}/unhang"));
        await Eventually.HoldsAsync(async () => (await playground.StatusAsync()).Ready, "everything is ready");
        (await playground.ProcessAsync("menu", 1)).Pid.ShouldBe(waiting.Pid, "it answers, though it is not ready");
        hanging.ShouldAllBe(pid => ProcessIdentity.Of(pid) == null);
    }

    [Fact]
    public async Task What_hangs_before_it_was_ever_ready_is_replaced_while_up_waits()
    {
        await using var playground = new Playground("redis", "menu", "gateway");

        // Connections to the hanging gateway are accepted, because it inherits a listening socket; connections to menu are refused.
        foreach (var process in (string[])["menu", "gateway"])
        {
            playground.Set("STANDIN_HANGS_ONCE", Path.Combine(playground.Root, process + ".hung"), process);
        }

        await playground.UpAsync();

        var status = await playground.StatusAsync();
        status.Ready.ShouldBeTrue();
        status.Processes.Select(process => process.Restarts).ShouldAllBe(restarts => restarts == 1);
        (await playground.CallAsync("down")).ShouldSucceed();
        playground.Processes().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_stopped_does_not_delay_down()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        await playground.UpAsync();
        foreach (var process in playground.Living())
        {
            process.Process.Signal(SigStop).ShouldBeTrue();
        }

        var clock = Stopwatch.StartNew();
        (await playground.CallAsync("down")).ShouldSucceed();

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        playground.Processes().ShouldBeEmpty();
    }

    [Fact]
    public void Silence_counts_only_while_this_host_itself_is_on_time()
    {
        var silence = new HangDetector();
        var round = TimeSpan.FromSeconds(6);

        Enumerable.Range(0, 100).ShouldAllBe(_ => !silence.IsHanging(ProbeResult.Unanswered, round, TimeSpan.FromSeconds(30)));
        RoundsUntilItHangs(ProbeResult.Unanswered).ShouldBe(4);
        silence.IsHanging(ProbeResult.Answered, round, round).ShouldBeFalse();
        RoundsUntilItHangs(ProbeResult.Unanswered).ShouldBe(4, "an answer ends it");
        silence.IsHanging(ProbeResult.Answered, round, round).ShouldBeFalse();
        RoundsUntilItHangs(ProbeResult.Refused).ShouldBe(10, "the end of a graceful stop refuses connections for up to 40 s");

        int RoundsUntilItHangs(ProbeResult contact)
        {
            var rounds = 1;
            while (!silence.IsHanging(contact, round, round))
            {
                rounds++;
            }

            return rounds;
        }
    }

    [Theory]
    [InlineData(true, 0, 60)]
    [InlineData(true, 0.01, 60)]
    [InlineData(true, 0.04, 600)]
    [InlineData(true, 1, 600)]
    [InlineData(false, 0, 20)]
    [InlineData(false, 0.01, 20)]
    [InlineData(false, 0.04, 60)]
    [InlineData(false, 1, 60)]
    public void What_uses_the_processor_is_given_more_time(bool isStarting, double processors, int seconds)
    {
        var silence = new HangDetector(isStarting);
        var round = TimeSpan.FromMilliseconds(50);
        var elapsed = round;
        while (!silence.IsHanging(ProbeResult.Unanswered, round, round, elapsed * processors))
        {
            elapsed += round;
        }

        elapsed.TotalSeconds.ShouldBe(seconds, tolerance: 0.1);
    }
}
