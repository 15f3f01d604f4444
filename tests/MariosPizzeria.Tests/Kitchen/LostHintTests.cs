using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Kitchen;

/// <summary>A screen shows every change, also a change of another replica whose hint was lost.</summary>
public sealed class LostHintTests : IAsyncDisposable
{
    private readonly KitchenFactory _other = new();
    private readonly KitchenFactory _kitchen;

    // They share the store but not the cache, so that no hint of one reaches the other.
    public LostHintTests() => _kitchen = new() { SharesWith = _other };

    public async ValueTask DisposeAsync()
    {
        await _kitchen.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task A_ticket_that_is_queued_started_finished_or_withdrawn_without_a_hint_is_seen_once()
    {
        await _other.QueueAsync("order-1");
        using var screen = await ConnectAsync();
        (await screen.NextAsync()).Name.ShouldBe("snapshot");

        await _other.QueueAsync("order-2");
        await Sees("order-2", "queued");
        await _other.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();
        await Sees("order-1", "cooking");
        await _other.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-1/ready").JsonAsync();
        await Sees("order-1", "ready");
        await _other
            .Get<IRepository<Ticket>>()
            .UpdateAsync("order-2", ticket => ticket.Cancel(new Cause("customer-1", _other.Clock.GetUtcNow())), handled: null, default);
        await Sees("order-2", "withdrawn");
        await _other
            .Get<IRepository<Ticket>>()
            .UpdateAsync("order-1", ticket => ticket.HandOut(new Cause("driver-1", _other.Clock.GetUtcNow()), 0), handled: null, default);
        await Sees("order-1", "ready");

        async Task Sees(string order, string state)
        {
            var (name, _, ticket) = await screen.NextAsync();
            (name, ticket.GetProperty("orderId").GetString(), ticket.GetProperty("state").GetString()).ShouldBe(("ticket", order, state));
        }
    }

    [Fact]
    public async Task A_pause_or_another_capacity_without_a_hint_is_seen()
    {
        using var screen = await ConnectAsync();
        await screen.NextAsync();

        await _other.As(Roles.Manager).PutAsync("/api/kitchen/capacity", new { capacity = 9 }).JsonAsync();
        (await screen.NextAsync()).Data.GetProperty("status").GetProperty("capacity").GetInt32().ShouldBe(9);
        await _other.As(Roles.Manager).PutAsync("/api/kitchen/paused", new { paused = true, reason = "the oven is out" }).JsonAsync();
        (await screen.NextAsync()).Data.GetProperty("status").GetProperty("reason").GetString().ShouldBe("the oven is out");
    }

    [Fact]
    public async Task A_pause_that_ended_before_the_next_look_is_told_all_the_same()
    {
        using var screen = await ConnectAsync();
        await screen.NextAsync();

        await _other.As(Roles.Manager).PutAsync("/api/kitchen/paused", new { paused = true, reason = "the oven is out" }).JsonAsync();
        await _other.As(Roles.Manager).PutAsync("/api/kitchen/paused", new { paused = false }).JsonAsync();

        (await screen.NextAsync()).Name.ShouldBe("snapshot");
    }

    [Fact]
    public async Task More_changes_than_are_worth_telling_one_by_one_come_as_one_snapshot()
    {
        using var screen = await ConnectAsync();
        await screen.NextAsync();
        await _other.QueueAsync([.. Enumerable.Range(0, 100).Select(n => $"order-{n:D3}")]);

        var seen = new HashSet<string>();
        while (seen.Count < 100)
        {
            var (name, _, data) = await screen.NextAsync();
            seen.UnionWith(
                name == "snapshot"
                    ? data.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("orderId").GetString()!)
                    : [data.GetProperty("orderId").GetString()!]
            );
        }

        // All changes have been seen, so the next event is the next change.
        await _other.QueueAsync("last");
        (await screen.NextAsync()).Data.GetProperty("orderId").GetString().ShouldBe("last");
    }

    private Task<EventReader> ConnectAsync() => EventReader.ConnectAsync(_kitchen.As(Roles.Chef), "/api/kitchen/stream");
}
