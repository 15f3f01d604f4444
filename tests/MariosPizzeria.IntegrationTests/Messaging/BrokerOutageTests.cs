using System.Diagnostics;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ProcessHost.Servers;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>What processes make of a broker that is away, and how soon they are back. The server is the test's own.</summary>
public sealed class BrokerOutageTests : IAsyncLifetime, IAsyncDisposable
{
    private const string Topic = "outage";

    // The bus, left alone, would try 3, 9, 21 and 45 seconds after the loss, a fifth sooner or later. With its own start the broker is
    // back when such a client is asleep for some ten seconds more.
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(18);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly RabbitMqServer _rabbit = new(new());
    private string _database = null!;

    public async Task InitializeAsync()
    {
        _database = await SharedServers.NewSchema();
        await _rabbit.StartAsync(default);
        await using var office = Open();
        (await office.Admin("migrate")).ShouldBe(0);
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
        await Task.WhenAll(consuming.Start(), idle.Start());
        await Task.WhenAll(consuming.UntilConnected(), idle.UntilConnected());
        await idle.Say("before");
        await Eventually.Until("the first is delivered", () => consuming.Desk.Words.Contains("before"));

        _rabbit.Kill();
        await _rabbit.WaitForExitAsync(default);
        var gone = Stopwatch.GetTimestamp();

        await Eventually.Until("the consumer is not ready", async () => await consuming.Broker() == HealthStatus.Unhealthy);
        await Eventually.Until("who only publishes is degraded", async () => await idle.Broker() == HealthStatus.Degraded);
        await idle.Say([.. Enumerable.Range(0, 50).Select(i => $"meanwhile {i}")]);

        // A process that starts without a broker does so, says so, and finds it later.
        await using var late = Open(clerk: false);
        await late.Start();
        (await late.Broker()).ShouldBe(HealthStatus.Degraded);
        await late.Say("late");

        await Task.Delay(Outage - Stopwatch.GetElapsedTime(gone));
        (await idle.Outbox.Backlog(100, default)).ShouldBe(51);
        events.LastMeasurement!.Value.ShouldBe(51);
        age.LastMeasurement!.Value.ShouldBeInRange(5, Stopwatch.GetElapsedTime(gone).TotalSeconds);
        await _rabbit.StartAsync(default);
        var back = Stopwatch.GetTimestamp();

        await Task.WhenAll(consuming.UntilConnected(), idle.UntilConnected(), late.UntilConnected());
        await Eventually.Until("all are delivered", () => consuming.Desk.Words.Distinct().Count() == 52);
        Stopwatch.GetElapsedTime(back).ShouldBeLessThan(Patience);
        (await idle.Outbox.Backlog(100, default)).ShouldBe(0);
        await Eventually.Until("the empty outbox is measured", () => (events.LastMeasurement!.Value, age.LastMeasurement!.Value) == (0, 0));
    }

    private Office Open(HealthStatus whenDown = HealthStatus.Degraded, bool clerk = true) =>
        Office.Open(_database, _rabbit.ConnectionString, Topic, clerk, whenDown);
}
