using MariosPizzeria.KitchenService.Background;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class KitchenMetricsTests : IAsyncDisposable
{
    private readonly KitchenFactory _kitchen = new();

    public ValueTask DisposeAsync() => _kitchen.DisposeAsync();

    [Fact]
    public async Task The_time_in_the_oven_counts_once_for_each_ticket()
    {
        using var cooking = _kitchen.Services.Measure<double>("pizzeria.kitchen.cooking.duration");
        var chef = _kitchen.As("chef");
        await _kitchen.QueueAsync("order-1", "order-2");

        await chef.PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();
        _kitchen.Clock.Advance(TimeSpan.FromMinutes(7));
        await chef.PostAsync("/api/kitchen/tickets/order-1/ready").JsonAsync();
        await chef.PostAsync("/api/kitchen/tickets/order-1/ready").ProblemAsync(409, "illegal-transition");

        cooking.GetMeasurementSnapshot().ShouldHaveSingleItem().Value.ShouldBeInRange(420, 430);
    }

    [Fact]
    public async Task Every_replica_shows_the_whole_kitchen()
    {
        await using var other = new KitchenFactory { SharesWith = _kitchen };
        using var here = _kitchen.Services.Measure<int>("pizzeria.kitchen.tickets");
        using var there = other.Services.Measure<int>("pizzeria.kitchen.tickets");

        await _kitchen.QueueAsync("order-1", "order-2", "order-3");
        await _kitchen.As("chef").PostAsync("/api/kitchen/tickets/order-1/start").JsonAsync();

        foreach (var (service, seen) in new[] { (_kitchen, here), (other, there) })
        {
            await Answers.EventuallyAsync(
                async () =>
                {
                    await service.Get<PublishLoad>().Handle(default);
                    return seen.Seen() is [.., "2 pizzeria.ticket.state=queued", "1 pizzeria.ticket.state=cooking"];
                },
                "two wait and one cooks"
            );
        }
    }
}
