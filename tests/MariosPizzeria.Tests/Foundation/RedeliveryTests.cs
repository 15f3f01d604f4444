using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Messaging;

namespace MariosPizzeria.Tests.Foundation;

public sealed class RedeliveryTests
{
    [Fact]
    public void Waiting_for_another_process_is_no_failed_attempt()
    {
        var failure = Failures.KindOf(new ConcurrencyException("Another worker is sending this mail."));

        Redelivery.Next(failure, count: 0).ShouldBe((TimeSpan.FromSeconds(1), 0));
        Redelivery.Next(failure, count: 34).ShouldBe((TimeSpan.FromSeconds(1), 34));
    }

    [Fact]
    public void A_message_is_dead_lettered_after_some_ten_minutes_of_an_outage_and_after_three_failures_that_nobody_expects()
    {
        SecondsUntilDeadLettered(new TimeoutException()).ShouldBe(600);
        SecondsUntilDeadLettered(new InvalidOperationException()).ShouldBe(3);
        Redelivery.Next(FailureKind.Refused, count: 0).ShouldBeNull();
    }

    private static double SecondsUntilDeadLettered(Exception exception)
    {
        var seconds = 0.0;
        for (var count = 0; Redelivery.Next(Failures.KindOf(exception), count) is var (time, next); count = next)
        {
            next.ShouldBe(count + 1);
            seconds += time.TotalSeconds;
        }

        return seconds;
    }
}
