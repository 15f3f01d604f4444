using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The order in which replicas are called.</summary>
public sealed class RotationTests
{
    private static readonly Uri First = new("http://first");
    private static readonly Uri Second = new("http://second");
    private static readonly Uri Third = new("http://third");

    private readonly StoppedClock _clock = new();

    [Fact]
    public void Everyone_has_the_same_number_of_turns()
    {
        var rotation = new RoundRobin([First, Second, Third], _clock);

        var turns = Enumerable.Range(0, 30).Select(_ => rotation.Next()).CountBy(address => address).ToDictionary();

        turns.Values.ShouldAllBe(count => count == 10);
    }

    [Fact]
    public void Who_refused_is_passed_over_for_a_while()
    {
        var rotation = new RoundRobin([First, Second, Third], _clock);

        rotation.MarkRefused(Second);
        var meanwhile = Enumerable.Range(0, 9).Select(_ => rotation.Next()).ToList();
        _clock.Advance(RoundRobin.SuspensionTime);
        var afterwards = Enumerable.Range(0, 9).Select(_ => rotation.Next()).ToList();

        meanwhile.ShouldNotContain(Second);
        afterwards.ShouldContain(Second);
    }

    [Fact]
    public void Where_all_refused_each_is_still_tried()
    {
        var rotation = new RoundRobin([First, Second], _clock);

        rotation.MarkRefused(First);
        rotation.MarkRefused(Second);

        Enumerable.Range(0, 4).Select(_ => rotation.Next()).Distinct().Count().ShouldBe(2);
    }
}
