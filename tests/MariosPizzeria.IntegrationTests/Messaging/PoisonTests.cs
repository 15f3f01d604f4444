using System.Diagnostics;
using MariosPizzeria.Contracts;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ProcessHost.Servers;
using MariosPizzeria.ServiceDefaults.Clients;
using Xunit.Abstractions;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>
/// Many failing messages, beside messages that succeed. The test starts its own broker, because the shared one would deliver them to all
/// tests.
/// </summary>
public sealed class PoisonTests(ITestOutputHelper output) : IAsyncLifetime, IAsyncDisposable
{
    // The limit for a message that waits until a thousand others are stored, published and consumed, on a machine that is busy with other
    // tests. Retried in their consumer's slots, a thousand would take a minute and a half.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly string _topic = "t" + Guid.NewGuid().ToString("N")[..8];
    private readonly RabbitMqServer _rabbit = new(new());
    private Office _office = null!;

    private string Queue => Office.QueueOf(_topic);

    public async Task InitializeAsync()
    {
        await _rabbit.StartAsync(default);
        var database = await SharedServers.NewSchemaAsync();
        await using (var migrated = Office.Open(database, _rabbit.ConnectionString, _topic))
        {
            (await migrated.AdminAsync("migrate")).ShouldBe(0);
        }

        _office = Office.Open(database, _rabbit.ConnectionString, _topic);
        await _office.StartAsync();
        await _office.UntilConnectedAsync();
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _office.DisposeAsync();
        await _rabbit.DisposeAsync();
    }

    [Fact]
    public async Task Ten_thousand_messages_that_can_never_succeed_are_dead_lettered_at_once_and_hold_nobody_up()
    {
        const int Poison = 10_000;
        Error[] faults =
        [
            Error.NotFound("order", "nobody's"),
            Error.IllegalTransition("It is delivered."),
            new(ErrorCodes.Validation, "It has no lines."),
        ];
        _office.Desk.Before = word =>
        {
            if (word.StartsWith("poison", StringComparison.Ordinal))
            {
                Result<bool> refused = faults[word.Length % faults.Length];
                refused.OrThrow();
            }

            return Task.CompletedTask;
        };

        var waited = new List<TimeSpan>();
        for (var i = 0; i < Poison; i += 1000)
        {
            await _office.SayAsync([.. Enumerable.Range(i, 1000).Select(n => $"poison-{n}")]);
            waited.Add(await DeliveredAsync($"good-{i}"));
        }

        output.WriteLine($"good messages waited {string.Join(", ", waited.Select(time => $"{time.TotalSeconds:F2}"))} s");
        waited.Max().ShouldBeLessThan(Soon);
        await using var queues = await Queues.OfAsync(_rabbit.ConnectionString);
        await Eventually.UntilAsync("all are dead-lettered", async () => await queues.WaitingAsync($"{Queue}_error") == Poison, Deadline);
        _office.Desk.Words.Count(word => word.StartsWith("poison", StringComparison.Ordinal)).ShouldBe(Poison, "none was tried again");
    }

    [Fact]
    public async Task Messages_that_wait_for_a_server_keep_no_slot_and_are_handled_when_it_is_back()
    {
        const int Waiting = 500;
        var isAway = true;
        _office.Desk.Before = word =>
            isAway && word.StartsWith("waiting", StringComparison.Ordinal)
                ? throw new ServiceUnavailableException("somebody", new TimeoutException())
                : Task.CompletedTask;
        await _office.OpenBookAsync();
        _office.Desk.KeepsBook = true;

        string[] waiting = [.. Enumerable.Range(0, Waiting).Select(n => $"waiting-{n}")];
        await _office.SayAsync(waiting);
        await Eventually.UntilAsync(
            "all have failed",
            () => _office.Desk.Words.Where(word => word.StartsWith("waiting", StringComparison.Ordinal)).Distinct().Count() == Waiting,
            Deadline
        );
        var waited = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            waited.Add(await DeliveredAsync($"good-{i}"));
        }

        output.WriteLine($"good messages waited {string.Join(", ", waited.Select(time => $"{time.TotalSeconds:F2}"))} s");
        waited.Max().ShouldBeLessThan(Soon);

        isAway = false;
        await Eventually.UntilAsync(
            "all are handled",
            async () => (await _office.BookAsync()).Count(line => line.Contains("waiting", StringComparison.Ordinal)) == Waiting,
            Deadline
        );
        await using var queues = await Queues.OfAsync(_rabbit.ConnectionString);
        (await queues.WaitingAsync($"{Queue}_error")).ShouldBe(0u);
        (await _office.BookAsync())
            .Count(line => line.Contains("waiting", StringComparison.Ordinal))
            .ShouldBe(Waiting, "each has its effect once");
    }

    private async Task<TimeSpan> DeliveredAsync(string word)
    {
        var started = Stopwatch.GetTimestamp();
        await _office.SayAsync(word);
        await Eventually.UntilAsync($"{word} is delivered", () => _office.Desk.Words.Contains(word), Deadline);
        return Stopwatch.GetElapsedTime(started);
    }
}
