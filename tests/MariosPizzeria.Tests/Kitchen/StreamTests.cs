using System.Text.Json;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.Hosting;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class StreamTests : IAsyncDisposable
{
    private readonly KitchenFactory _kitchen = new();

    public ValueTask DisposeAsync() => _kitchen.DisposeAsync();

    [Fact]
    public async Task A_screen_gets_a_snapshot_and_then_each_change()
    {
        await _kitchen.Queue("order-1");
        using var screen = await Connect();

        var (name, _, snapshot) = await screen.Next();
        name.ShouldBe("snapshot");
        snapshot.GetProperty("items")[0].GetProperty("orderId").GetString().ShouldBe("order-1");
        snapshot.GetProperty("status").GetProperty("queued").GetInt32().ShouldBe(1);

        await _kitchen.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/start").Json();
        var (changed, id, ticket) = await screen.Next();
        (changed, id).ShouldBe(("ticket", "2"));
        ticket.GetProperty("state").GetString().ShouldBe("cooking");

        await _kitchen.Tell(KitchenFactory.Confirmed("order-2", _kitchen.Clock.GetUtcNow()));
        (await screen.Next()).Data.GetProperty("orderId").GetString().ShouldBe("order-2");
    }

    [Fact]
    public async Task Two_screens_see_the_same()
    {
        await _kitchen.Queue("order-1");
        using var one = await Connect();
        using var other = await Connect();
        await one.Next();
        await other.Next();

        await _kitchen.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/start").Json();

        (await one.Next()).Data.GetRawText().ShouldBe((await other.Next()).Data.GetRawText());
    }

    [Fact]
    public async Task A_screen_gets_another_snapshot_when_the_kitchen_is_paused_opened_or_given_another_capacity()
    {
        using var screen = await Connect();
        await screen.Next();
        var manager = _kitchen.As(Roles.Manager);

        await manager.Put("/api/kitchen/capacity", new { capacity = 7 }).Json();
        (await Status()).GetProperty("capacity").GetInt32().ShouldBe(7);

        await manager.Put("/api/kitchen/paused", new { paused = true, reason = "the oven is out" }).Json();
        (await Status()).GetProperty("reason").GetString().ShouldBe("the oven is out");

        await manager.Put("/api/kitchen/paused", new { paused = false }).Json();
        (await Status()).GetProperty("paused").GetBoolean().ShouldBeFalse();

        async Task<JsonElement> Status()
        {
            var (name, _, snapshot) = await screen.Next();
            name.ShouldBe("snapshot");
            return snapshot.GetProperty("status");
        }
    }

    [Fact]
    public async Task A_stream_ends_when_the_process_begins_to_stop()
    {
        using var screen = await Connect();
        await screen.Next();

        _kitchen.Get<IHostApplicationLifetime>().StopApplication();

        (await screen.Rest()).ShouldBeEmpty();
    }

    private Task<EventReader> Connect() => EventReader.Connect(_kitchen.As(Roles.Chef), "/api/kitchen/stream");
}
