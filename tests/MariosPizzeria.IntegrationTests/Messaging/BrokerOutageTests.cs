using System.Diagnostics;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ProcessHost.Servers;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>The behaviour of processes while the broker is unreachable, and their reconnection. The test starts its own broker.</summary>
public sealed class BrokerOutageTests : IAsyncLifetime, IAsyncDisposable
{
    private const string Topic = "outage";

    // By default the bus would retry 3, 9, 21 and 45 seconds after the loss, plus or minus a fifth. After this outage and its own start,
    // the broker is back when such a client would wait some ten seconds more.
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(18);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly RabbitMqServer _rabbit = new(new());
    private string _database = null!;

    public async Task InitializeAsync()
    {
        _database = await SharedServers.NewSchemaAsync();
        await _rabbit.StartAsync(default);
        await using var office = Open();
        (await office.AdminAsync("migrate")).ShouldBe(0);
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync() => await _rabbit.DisposeAsync();

    [Fact]
    public async Task A_broker_that_is_killed_and_back_after_long_has_lost_nothing_and_is_found_at_once()
    {
        await using var consuming = Open(HealthStatus.Unhealthy);
        await using var idle = Open(clerk: false);
        using var events = idle.Measure<int>("pizzeria.outbox.events");
        using var age = idle.Measure<double>("pizzeria.outbox.age");
        await Task.WhenAll(consuming.StartAsync(), idle.StartAsync());
        await Task.WhenAll(consuming.UntilConnectedAsync(), idle.UntilConnectedAsync());
        await idle.SayAsync("before");
        await Eventually.UntilAsync("the first is delivered", () => consuming.Desk.Words.Contains("before"));

        _rabbit.Kill();
        await _rabbit.WaitForExitAsync(default);
        var gone = Stopwatch.GetTimestamp();

        await Eventually.UntilAsync("the consumer is not ready", async () => await consuming.BrokerAsync() == HealthStatus.Unhealthy);
        await Eventually.UntilAsync("who only publishes is degraded", async () => await idle.BrokerAsync() == HealthStatus.Degraded);
        await idle.SayAsync([.. Enumerable.Range(0, 50).Select(i => $"meanwhile {i}")]);

        // A process without a broker starts, reports that it is degraded, and connects later.
        await using var late = Open(clerk: false);
        await late.StartAsync();
        (await late.BrokerAsync()).ShouldBe(HealthStatus.Degraded);
        await late.SayAsync("late");

        await Task.Delay(Outage - Stopwatch.GetElapsedTime(gone));
        (await idle.Outbox.BacklogAsync(100, default)).ShouldBe(51);
        events.LastMeasurement!.Value.ShouldBe(51);
        age.LastMeasurement!.Value.ShouldBeInRange(5, Stopwatch.GetElapsedTime(gone).TotalSeconds);
        await _rabbit.StartAsync(default);
        var back = Stopwatch.GetTimestamp();

        await Task.WhenAll(consuming.UntilConnectedAsync(), idle.UntilConnectedAsync(), late.UntilConnectedAsync());
        await Eventually.UntilAsync("all are delivered", () => consuming.Desk.Words.Distinct().Count() == 52);
        Stopwatch.GetElapsedTime(back).ShouldBeLessThan(Deadline);

        // A message is delivered before the broker's confirm has arrived and the outbox row is deleted.
        await Eventually.UntilAsync("the outbox is empty", async () => await idle.Outbox.BacklogAsync(100, default) == 0);
        await Eventually.UntilAsync(
            "the empty outbox is measured",
            () => (events.LastMeasurement!.Value, age.LastMeasurement!.Value) == (0, 0)
        );
    }

    private Office Open(HealthStatus whenDown = HealthStatus.Degraded, bool clerk = true) =>
        Office.Open(_database, _rabbit.ConnectionString, Topic, clerk, whenDown);
}
