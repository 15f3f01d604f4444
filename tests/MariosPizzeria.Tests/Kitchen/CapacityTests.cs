using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.KitchenService.Features;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class CapacityTests : IAsyncDisposable
{
    private readonly KitchenFactory _kitchen = new();

    public ValueTask DisposeAsync() => _kitchen.DisposeAsync();

    [Fact]
    public async Task Of_many_starts_at_once_only_as_many_as_the_capacity_succeed()
    {
        var orders = await _kitchen.QueueAsync([.. Enumerable.Range(0, 40).Select(n => $"order-{n}")]);

        var outcomes = await Task.WhenAll(orders.Select(order => StartAsync(order)));

        outcomes.Count(outcome => outcome.Succeeded).ShouldBe(5);
        outcomes.Where(outcome => !outcome.Succeeded).ShouldAllBe(outcome => outcome.Error!.Code == ErrorCodes.KitchenAtCapacity);
        (await CookingAsync()).ShouldBe(5);
        (await _kitchen.SlotsAsync()).Count().ShouldBe(5);
    }

    [Fact]
    public async Task Of_many_chefs_who_start_one_ticket_one_has_it_and_it_holds_one_slot()
    {
        await _kitchen.QueueAsync("order-1");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => StartAsync("order-1", $"chef-{n}")));

        var winner = outcomes.Where(outcome => outcome.Succeeded).ShouldHaveSingleItem().Value;
        outcomes.Where(outcome => !outcome.Succeeded).ShouldAllBe(outcome => outcome.Error!.Code == ErrorCodes.IllegalTransition);
        (await _kitchen.FindAsync("order-1"))!.Chef.ShouldBe(winner!.Chef);
        (await _kitchen.SlotsAsync()).ShouldBe(["order-1"]);
    }

    [Fact]
    public async Task Chefs_in_a_hurry_cook_everything_and_never_more_than_the_capacity_at_once()
    {
        var orders = await _kitchen.QueueAsync([.. Enumerable.Range(0, 60).Select(n => $"order-{n}")]);
        var waiting = new System.Collections.Concurrent.ConcurrentQueue<string>(orders);
        var most = 0L;

        await Task.WhenAll(Enumerable.Range(0, 12).Select(chef => Cook($"chef-{chef}")));

        most.ShouldBeInRange(1, 5);
        (await _kitchen.SlotsAsync()).ShouldBeEmpty();
        (await _kitchen.Get<IRepository<Ticket>>().CountAsync(Collections.InState(TicketState.Ready), CancellationToken.None)).ShouldBe(60);

        async Task Cook(string chef)
        {
            while (waiting.TryDequeue(out var order))
            {
                if (!(await StartAsync(order, chef)).Succeeded)
                {
                    waiting.Enqueue(order);
                    await Task.Yield();
                    continue;
                }

                InterlockedMax(ref most, await CookingAsync());
                (await FinishAsync(order)).OrThrow();
            }
        }
    }

    [Fact]
    public async Task A_ready_ticket_makes_room_for_the_next()
    {
        await OneSlotAsync();
        await _kitchen.QueueAsync("order-1", "order-2");
        (await StartAsync("order-1")).OrThrow();
        (await StartAsync("order-2")).Error!.Code.ShouldBe(ErrorCodes.KitchenAtCapacity);

        (await FinishAsync("order-1")).OrThrow();

        (await StartAsync("order-2")).OrThrow().State.ShouldBe(TicketState.Cooking);
    }

    [Fact]
    public async Task A_slot_whose_start_died_before_the_ticket_is_freed_after_a_while()
    {
        await OneSlotAsync();
        await _kitchen.QueueAsync("order-1", "order-2");
        (await _kitchen.Get<OvenSlots>().ReserveAsync("order-1", CancellationToken.None)).OrThrow();

        var atOnce = await StartAsync("order-2");
        _kitchen.Clock.Advance(OvenSlots.LongestStart + TimeSpan.FromSeconds(1));
        var afterAWhile = await StartAsync("order-2");

        atOnce.Error!.Code.ShouldBe(ErrorCodes.KitchenAtCapacity);
        afterAWhile.OrThrow();
        (await _kitchen.SlotsAsync()).ShouldBe(["order-2"]);
    }

    [Fact]
    public async Task A_start_that_was_only_slow_can_not_cook_without_the_slot_that_was_taken_from_it()
    {
        await OneSlotAsync();
        await _kitchen.QueueAsync("slow", "quick");
        var slow = (await _kitchen.FindAsync("slow"))!;
        var events = slow.Start(Chef("chef-1")).OrThrow();
        (await _kitchen.Get<OvenSlots>().ReserveAsync("slow", CancellationToken.None)).OrThrow();
        _kitchen.Clock.Advance(OvenSlots.LongestStart + TimeSpan.FromSeconds(1));
        (await StartAsync("quick")).OrThrow();

        var saved = await _kitchen.Get<IRepository<Ticket>>().SaveAsync(slow, events, handled: null, CancellationToken.None);

        saved.ShouldBe(SaveResult.Conflict);
        (await StartAsync("slow")).Error!.Code.ShouldBe(ErrorCodes.KitchenAtCapacity);
        (await CookingAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_slot_whose_finish_died_after_the_ticket_is_freed_when_the_kitchen_looks_full()
    {
        await OneSlotAsync();
        await _kitchen.QueueAsync("order-1", "order-2");
        (await StartAsync("order-1")).OrThrow();
        await _kitchen
            .Get<IRepository<Ticket>>()
            .ChangeAsync("order-1", ticket => ticket.Finish(Chef("chef-1")), handled: null, CancellationToken.None);

        (await StartAsync("order-2")).OrThrow();

        (await _kitchen.SlotsAsync()).ShouldBe(["order-2"]);
    }

    [Fact]
    public async Task A_lower_capacity_lets_what_cooks_cook_on_and_starts_nothing_more()
    {
        await _kitchen.QueueAsync("order-1", "order-2", "order-3");
        (await StartAsync("order-1")).OrThrow();
        (await StartAsync("order-2")).OrThrow();

        await OneSlotAsync();
        (await FinishAsync("order-1")).OrThrow();

        (await StartAsync("order-3")).Error!.Code.ShouldBe(ErrorCodes.KitchenAtCapacity);
        (await FinishAsync("order-2")).OrThrow();
        (await StartAsync("order-3")).OrThrow();
    }

    private static void InterlockedMax(ref long most, long value)
    {
        long seen;
        while ((seen = Interlocked.Read(ref most)) < value)
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private Cause Chef(string chef) => new(chef, _kitchen.Clock.GetUtcNow());

    private Task<Result<Ticket>> StartAsync(string orderId, string chef = "chef-1") =>
        Task.Run(() => _kitchen.Get<StartTicket>().Handle(orderId, Chef(chef), handled: null, CancellationToken.None));

    private Task<Result<Ticket>> FinishAsync(string orderId) =>
        _kitchen.Get<FinishTicket>().Handle(orderId, Chef("chef-1"), handled: null, CancellationToken.None);

    private Task<long> CookingAsync() =>
        _kitchen.Get<IRepository<Ticket>>().CountAsync(Collections.InState(TicketState.Cooking), CancellationToken.None);

    private async Task OneSlotAsync() =>
        await _kitchen.As(Roles.Manager).PutAsync("/api/kitchen/capacity", new { capacity = 1 }).JsonAsync();
}
