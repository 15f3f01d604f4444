using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Security;
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
        await _kitchen.QueueAsync("order-1");
        using var screen = await ConnectAsync();

        var (name, _, snapshot) = await screen.NextAsync();
        name.ShouldBe("snapshot");
        snapshot.GetProperty("items")[0].GetProperty("orderId").GetString().ShouldBe("order-1");
        snapshot.GetProperty("status").GetProperty("queued").GetInt32().ShouldBe(1);

        await _kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();
        var (changed, id, ticket) = await screen.NextAsync();
        (changed, id).ShouldBe(("ticket", "2"));
        ticket.GetProperty("state").GetString().ShouldBe("cooking");

        await _kitchen.TellAsync(KitchenFactory.Confirmed("order-2", _kitchen.Clock.GetUtcNow()));
        (await screen.NextAsync()).Data.GetProperty("orderId").GetString().ShouldBe("order-2");
    }

    [Fact]
    public async Task Two_screens_see_the_same()
    {
        await _kitchen.QueueAsync("order-1");
        using var one = await ConnectAsync();
        using var other = await ConnectAsync();
        await one.NextAsync();
        await other.NextAsync();

        await _kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();

        (await one.NextAsync()).Data.GetRawText().ShouldBe((await other.NextAsync()).Data.GetRawText());
    }

    [Fact]
    public async Task A_screen_gets_another_snapshot_when_the_kitchen_is_paused_opened_or_given_another_capacity()
    {
        using var screen = await ConnectAsync();
        await screen.NextAsync();
        var manager = _kitchen.As(Roles.Manager);

        await manager.PutAsync("/api/kitchen/capacity", new { capacity = 7 }).JsonAsync();
        (await Status()).GetProperty("capacity").GetInt32().ShouldBe(7);

        await manager.PutAsync("/api/kitchen/paused", new { paused = true, reason = "the oven is out" }).JsonAsync();
        (await Status()).GetProperty("reason").GetString().ShouldBe("the oven is out");

        await manager.PutAsync("/api/kitchen/paused", new { paused = false }).JsonAsync();
        (await Status()).GetProperty("paused").GetBoolean().ShouldBeFalse();

        async Task<JsonElement> Status()
        {
            var (name, _, snapshot) = await screen.NextAsync();
            name.ShouldBe("snapshot");
            return snapshot.GetProperty("status");
        }
    }

    [Fact]
    public async Task A_stream_ends_when_the_process_begins_to_stop()
    {
        using var screen = await ConnectAsync();
        await screen.NextAsync();

        _kitchen.Get<IHostApplicationLifetime>().StopApplication();

        (await screen.RestAsync()).ShouldBeEmpty();
    }

    private Task<EventReader> ConnectAsync() => EventReader.ConnectAsync(_kitchen.As(Roles.Chef), "/api/kitchen/stream");
}
