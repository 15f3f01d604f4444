using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>Whose turn it is among replicas.</summary>
public sealed class RotationTests
{
    private static readonly Uri First = new("http://first");
    private static readonly Uri Second = new("http://second");
    private static readonly Uri Third = new("http://third");

    private readonly Clock _clock = new();

    [Fact]
    public void Everyone_has_the_same_number_of_turns()
    {
        var rotation = new Rotation([First, Second, Third], _clock);

        var turns = Enumerable.Range(0, 30).Select(_ => rotation.Next()).CountBy(address => address).ToDictionary();

        turns.Values.ShouldAllBe(count => count == 10);
    }

    [Fact]
    public void Who_refused_is_passed_over_for_a_while()
    {
        var rotation = new Rotation([First, Second, Third], _clock);

        rotation.Refused(Second);
        var meanwhile = Enumerable.Range(0, 9).Select(_ => rotation.Next()).ToList();
        _clock.Advance(Rotation.Rest);
        var afterwards = Enumerable.Range(0, 9).Select(_ => rotation.Next()).ToList();

        meanwhile.ShouldNotContain(Second);
        afterwards.ShouldContain(Second);
    }

    [Fact]
    public void Where_all_refused_each_is_still_tried()
    {
        var rotation = new Rotation([First, Second], _clock);

        rotation.Refused(First);
        rotation.Refused(Second);

        Enumerable.Range(0, 4).Select(_ => rotation.Next()).Distinct().Count().ShouldBe(2);
    }

    private sealed class Clock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
