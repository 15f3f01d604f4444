using MariosPizzeria.ProcessHost.Chaos;

namespace MariosPizzeria.ProcessHost.Tests.Chaos;

public sealed class KillPlanTests
{
    private static readonly Dictionary<string, int> Replicas = new() { ["order"] = 4, ["worker"] = 2 };
    private static readonly string[] Servers = ["postgres", "redis"];

    [Fact]
    public void Each_process_type_and_server_is_killed_as_often_as_asked_and_each_replica_equally_often()
    {
        var plan = Plan(kills: 8);
        var killed = new List<string>();

        while (!plan.IsDone)
        {
            killed.Add(plan.Next());
            plan.RecordKill(killed[^1]);
        }

        plan.Killed.Values.ShouldAllBe(times => times == 8);
        killed.CountBy(target => target).Where(each => each.Key.StartsWith("order/")).ShouldAllBe(each => each.Value == 2);
        killed.CountBy(target => target).Where(each => each.Key.StartsWith("worker/")).ShouldAllBe(each => each.Value == 4);
    }

    [Fact]
    public void Who_is_passed_over_is_killed_later()
    {
        var plan = Plan(kills: 1);

        for (var turn = 0; turn < 20; turn++)
        {
            plan.Skip(plan.Next());
        }

        plan.Killed.Values.Sum().ShouldBe(0);
        while (!plan.IsDone)
        {
            plan.RecordKill(plan.Next());
        }

        plan.Killed.Values.ShouldAllBe(times => times == 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_order()
    {
        Targets(Plan(kills: 5)).ShouldBe(Targets(Plan(kills: 5)));

        static List<string> Targets(KillPlan plan)
        {
            var targets = new List<string>();

            // Includes turns after the plan's end, when any target may be killed.
            for (var turn = 0; turn < 40; turn++)
            {
                targets.Add(plan.Next());
                plan.RecordKill(targets[^1]);
            }

            return targets;
        }
    }

    private static KillPlan Plan(int kills) => new(Replicas, Servers, kills, new Random(7));
}
