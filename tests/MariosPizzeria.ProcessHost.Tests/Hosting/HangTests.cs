using System.Diagnostics;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Tests.Hosting;

/// <summary>What hangs is not ready, and is replaced; what only waits is not.</summary>
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

        // The gateway's connections are accepted for it; menu's are refused.
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
        var silence = new Silence();
        var round = TimeSpan.FromSeconds(6);

        Enumerable.Range(0, 100).ShouldAllBe(_ => !silence.Hangs(Contact.Unanswered, round, TimeSpan.FromSeconds(30)));
        RoundsUntilItHangs(Contact.Unanswered).ShouldBe(4);
        silence.Hangs(Contact.Answered, round, round).ShouldBeFalse();
        RoundsUntilItHangs(Contact.Unanswered).ShouldBe(4, "an answer ends it");
        silence.Hangs(Contact.Answered, round, round).ShouldBeFalse();
        RoundsUntilItHangs(Contact.Refused).ShouldBe(10, "the end of a graceful stop refuses connections for up to 40 s");
        silence.Hangs(Contact.Answered, round, round).ShouldBeFalse();
        RoundsUntilItHangs(Contact.Unanswered, isStarting: true).ShouldBe(10, "what starts is not hung");

        int RoundsUntilItHangs(Contact contact, bool isStarting = false)
        {
            var rounds = 1;
            while (!silence.Hangs(contact, round, round, isStarting))
            {
                rounds++;
            }

            return rounds;
        }
    }
}
