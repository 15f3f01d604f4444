using MariosPizzeria.ProcessHost.Verification;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>
/// The pending work of accepted orders: events in the outboxes, messages in the queues, orders without a ticket. The figures come from
/// the processes themselves, so that they are the same for all stores.
/// </summary>
internal sealed class Backlog(RunningSystem subject, SystemStatus status)
{
    private static readonly TimeSpan TicketPollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QueuePollInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(60);

    private readonly string _kitchen = status.Processes.First(process => process.Name == "kitchen").Url;
    private long _ticketsBefore;

    /// <summary>Records the number of tickets before orders are placed.</summary>
    public async Task BeginAsync() => _ticketsBefore = await CountTicketsAsync();

    /// <summary>Waits until no work is pending.</summary>
    /// <param name="accepted">The number of orders accepted since <see cref="BeginAsync"/>.</param>
    /// <returns>The duration without the last polls, which only confirm the result.</returns>
    /// <exception cref="PizzeriaException">The pending work did not change for a minute.</exception>
    public async Task<TimeSpan> WaitUntilGoneAsync(long accepted)
    {
        var clock = Stopwatch.StartNew();
        var (left, lastChange) = (long.MaxValue, clock.Elapsed);
        TimeSpan? gone = null;
        while (true)
        {
            var begun = clock.Elapsed;
            var missing = Math.Max(0, accepted - (await CountTicketsAsync() - _ticketsBefore));
            var now = missing + (missing == 0 ? await CountMessagesAsync() : 0);
            if (now == 0 && gone is { } at)
            {
                return at;
            }

            // Empty at two polls in a row: a message being handled is in no queue, and the messages that it causes are not in one yet.
            gone = now == 0 ? begun : null;
            (left, lastChange) = now == left ? (left, lastChange) : (now, begun);
            if (begun - lastChange > MaxIdle)
            {
                throw new PizzeriaException(
                    $"{missing} of {accepted} accepted orders have no ticket, or {now} messages wait, and that has not changed for a minute."
                );
            }

            await Task.Delay(missing > 0 ? TicketPollInterval : QueuePollInterval, subject.Cancellation);
        }
    }

    private async Task<long> CountTicketsAsync() =>
        (await subject.GetAsync($"{_kitchen}/api/kitchen/status")).GetProperty("queued").GetInt64();

    /// <summary>Counts the messages in the outbox and queues of each process type, none twice, though some share a database.</summary>
    private async Task<long> CountMessagesAsync()
    {
        // The gateway has no broker.
        var types = status.Processes.Where(process => process.Name != "gateway").DistinctBy(process => process.Name);
        var counts = await Task.WhenAll(
            types.Select(async process =>
            {
                var messaging = await subject.GetAsync($"{process.Url}/internal/messaging?shown=0");
                return messaging.GetProperty("outbox").GetProperty("waiting").GetInt64()
                    + messaging.GetProperty("queues").EnumerateArray().Sum(queue => queue.GetProperty("waiting").GetInt64());
            })
        );
        return counts.Sum();
    }
}
