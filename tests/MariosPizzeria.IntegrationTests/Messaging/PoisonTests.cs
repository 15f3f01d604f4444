using System.Diagnostics;
using MariosPizzeria.Contracts;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ProcessHost.Servers;
using MariosPizzeria.ServiceDefaults.Clients;
using Xunit.Abstractions;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>
/// Messages that fail, in numbers, beside messages that don't. The broker is the test's own: on the shared one they would be everybody's.
/// </summary>
public sealed class PoisonTests(ITestOutputHelper output) : IAsyncLifetime, IAsyncDisposable
{
    // Of a message that waits for a thousand others to be stored, published and taken off the queue, on a machine that is busy with
    // other tests. Retried in their consumer's slots, a thousand would take a minute and a half.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _topic = "t" + Guid.NewGuid().ToString("N")[..8];
    private readonly RabbitMqServer _rabbit = new(new());
    private Office _office = null!;

    private string Queue => Office.QueueOf(_topic);

    public async Task InitializeAsync()
    {
        await _rabbit.StartAsync(default);
        var database = await SharedServers.NewSchema();
        await using (var migrated = Office.Open(database, _rabbit.ConnectionString, _topic))
        {
            (await migrated.Admin("migrate")).ShouldBe(0);
        }

        _office = Office.Open(database, _rabbit.ConnectionString, _topic);
        await _office.Start();
        await _office.UntilConnected();
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
        Fault[] faults =
        [
            Fault.NotFound("order", "nobody's"),
            Fault.IllegalTransition("It is delivered."),
            new(Slugs.Validation, "It has no lines."),
        ];
        _office.Desk.Before = word =>
        {
            if (word.StartsWith("poison", StringComparison.Ordinal))
            {
                Outcome<bool> refused = faults[word.Length % faults.Length];
                refused.OrThrow();
            }

            return Task.CompletedTask;
        };

        var waited = new List<TimeSpan>();
        for (var i = 0; i < Poison; i += 1000)
        {
            await _office.Say([.. Enumerable.Range(i, 1000).Select(n => $"poison-{n}")]);
            waited.Add(await Delivered($"good-{i}"));
        }

        output.WriteLine($"good messages waited {string.Join(", ", waited.Select(time => $"{time.TotalSeconds:F2}"))} s");
        waited.Max().ShouldBeLessThan(Soon);
        await using var queues = await Queues.Of(_rabbit.ConnectionString);
        await Eventually.Until("all are dead-lettered", async () => await queues.Waiting($"{Queue}_error") == Poison, Patience);
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
        await _office.OpenBook();
        _office.Desk.KeepsBook = true;

        string[] waiting = [.. Enumerable.Range(0, Waiting).Select(n => $"waiting-{n}")];
        await _office.Say(waiting);
        await Eventually.Until(
            "all have failed",
            () => _office.Desk.Words.Where(word => word.StartsWith("waiting", StringComparison.Ordinal)).Distinct().Count() == Waiting,
            Patience
        );
        var waited = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            waited.Add(await Delivered($"good-{i}"));
        }

        output.WriteLine($"good messages waited {string.Join(", ", waited.Select(time => $"{time.TotalSeconds:F2}"))} s");
        waited.Max().ShouldBeLessThan(Soon);

        isAway = false;
        await Eventually.Until(
            "all are handled",
            async () => (await _office.Book()).Count(line => line.Contains("waiting", StringComparison.Ordinal)) == Waiting,
            Patience
        );
        await using var queues = await Queues.Of(_rabbit.ConnectionString);
        (await queues.Waiting($"{Queue}_error")).ShouldBe(0u);
        (await _office.Book())
            .Count(line => line.Contains("waiting", StringComparison.Ordinal))
            .ShouldBe(Waiting, "each has its effect once");
    }

    private async Task<TimeSpan> Delivered(string word)
    {
        var started = Stopwatch.GetTimestamp();
        await _office.Say(word);
        await Eventually.Until($"{word} is delivered", () => _office.Desk.Words.Contains(word), Patience);
        return Stopwatch.GetElapsedTime(started);
    }
}
