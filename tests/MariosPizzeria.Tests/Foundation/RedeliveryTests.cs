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

    [Fact]
    public void A_message_that_comes_again_loses_the_headers_about_its_failures_and_keeps_those_with_similar_names()
    {
        string[] kept = ["correlation-id", "x-death-certificate", "x-first-death-of", "x-delivery-counter", "MT-Reasons"];
        string[] removed =
        [
            "x-death",
            "x-first-death-queue",
            "x-last-death-reason",
            "x-delivery-count",
            "MT-Reason",
            "MT-Fault-Message",
            "MT-Fault-StackTrace",
            Redelivery.Header,
        ];
        var headers = kept.Concat(removed).ToDictionary(name => name, object? (_) => "text", StringComparer.Ordinal);

        DeadLetterQueues.WithoutFailureHeaders(headers).ShouldNotBeNull().Keys.ShouldBe(kept, ignoreOrder: true);
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
