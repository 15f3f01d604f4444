namespace MariosPizzeria.Tests.Foundation;

/// <summary>A clock whose timestamps do not change until a test advances them. Timers use the machine's time.</summary>
internal sealed class StoppedClock : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public void Advance(TimeSpan time) => _now += time.Ticks;
}
