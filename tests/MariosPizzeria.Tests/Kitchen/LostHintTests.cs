using MariosPizzeria.Contracts;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Kitchen;

/// <summary>A screen sees every change, also one of another replica whose hint never came.</summary>
public sealed class LostHintTests : IAsyncDisposable
{
    private readonly KitchenFactory _other = new();
    private readonly KitchenFactory _kitchen;

    // They share the store and no cache, so that no hint of one reaches the other.
    public LostHintTests() => _kitchen = new() { SharesWith = _other };

    public async ValueTask DisposeAsync()
    {
        await _kitchen.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task A_ticket_that_is_queued_started_finished_or_withdrawn_without_a_hint_is_seen_once()
    {
        await _other.Queue("order-1");
        using var screen = await Connect();
        (await screen.Next()).Name.ShouldBe("snapshot");

        await _other.Queue("order-2");
        await Sees("order-2", "queued");
        await _other.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/start").Json();
        await Sees("order-1", "cooking");
        await _other.As(Roles.Chef).Post("/api/kitchen/tickets/order-1/ready").Json();
        await Sees("order-1", "ready");
        await _other
            .Get<IRepository<Ticket>>()
            .Update("order-2", ticket => ticket.Cancel(new Cause("customer-1", _other.Clock.GetUtcNow())), handled: null, default);
        await Sees("order-2", "withdrawn");
        await _other
            .Get<IRepository<Ticket>>()
            .Update("order-1", ticket => ticket.HandOut(new Cause("driver-1", _other.Clock.GetUtcNow())), handled: null, default);
        await Sees("order-1", "ready");

        async Task Sees(string order, string state)
        {
            var (name, _, ticket) = await screen.Next();
            (name, ticket.GetProperty("orderId").GetString(), ticket.GetProperty("state").GetString()).ShouldBe(("ticket", order, state));
        }
    }

    [Fact]
    public async Task A_pause_or_another_capacity_without_a_hint_is_seen()
    {
        using var screen = await Connect();
        await screen.Next();

        await _other.As(Roles.Manager).Put("/api/kitchen/capacity", new { capacity = 9 }).Json();
        (await screen.Next()).Data.GetProperty("status").GetProperty("capacity").GetInt32().ShouldBe(9);
        await _other.As(Roles.Manager).Put("/api/kitchen/paused", new { paused = true, reason = "the oven is out" }).Json();
        (await screen.Next()).Data.GetProperty("status").GetProperty("reason").GetString().ShouldBe("the oven is out");
    }

    [Fact]
    public async Task More_changes_than_are_worth_telling_one_by_one_come_as_one_snapshot()
    {
        using var screen = await Connect();
        await screen.Next();
        await _other.Queue([.. Enumerable.Range(0, 100).Select(n => $"order-{n:D3}")]);

        var seen = new HashSet<string>();
        while (seen.Count < 100)
        {
            var (name, _, data) = await screen.Next();
            seen.UnionWith(
                name == "snapshot"
                    ? data.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("orderId").GetString()!)
                    : [data.GetProperty("orderId").GetString()!]
            );
        }

        // All of it is seen now: the next thing to come is the next change.
        await _other.Queue("last");
        (await screen.Next()).Data.GetProperty("orderId").GetString().ShouldBe("last");
    }

    private Task<EventReader> Connect() => EventReader.Connect(_kitchen.As(Roles.Chef), "/api/kitchen/stream");
}
