using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MariosPizzeria.SystemTests;

/// <summary>
/// Processes die or are stopped while orders are in progress; customers do not notice, and nothing is lost or duplicated.
/// <see cref="ChaosTests"/> kills all of them, and the servers.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class NothingIsLostTests(PizzeriaSystem system)
{
    private static readonly ParallelOptions AFew = new() { MaxDegreeOfParallelism = 8 };

    [Fact]
    public async Task Killing_an_order_replica_and_the_workers_in_the_middle_of_orders_is_noticed_by_no_customer()
    {
        using var customer = await Guest.SignInAsync(system, "customer");
        var order = (await system.ReplicasAsync("order"))[1];
        var workers = await system.ReplicasAsync("worker");

        var placed = await PlaceWhileAsync(
            customer,
            count: 60,
            async () =>
            {
                PizzeriaSystem.Kill(order.Pid);
                foreach (var worker in workers)
                {
                    PizzeriaSystem.Kill(worker.Pid);
                }

                await Task.CompletedTask;
            }
        );

        await DeliverAllAsync(placed);
        await system.UntilReadyAsync();
        (await system.ReplicasAsync("order")).Single(replica => replica.Number == order.Number).Restarts.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Terminating_an_order_replica_with_requests_in_flight_loses_none()
    {
        using var customer = await Guest.SignInAsync(system, "customer");
        var order = (await system.ReplicasAsync("order"))[2];

        var placed = await PlaceWhileAsync(customer, count: 80, () => PizzeriaSystem.TerminateAsync(order.Pid), keyed: false);

        await system.UntilReadyAsync();
        await DeliverAllAsync(placed);
    }

    [Theory]
    [InlineData("order")]
    [InlineData("gateway")]
    [InlineData("menu")]
    public async Task A_rolling_restart_fails_no_request(string process)
    {
        using var customer = await Guest.SignInAsync(system, "customer");
        using var stop = new CancellationTokenSource();
        var before = await system.ReplicasAsync(process);
        var statuses = new ConcurrentDictionary<HttpStatusCode, int>();
        var placed = new ConcurrentBag<string>();
        var running = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OrderAndLook()));

        var (exit, output) = await system.CommandAsync("restart", process, "--rolling");
        await stop.CancelAsync();
        await running;

        exit.ShouldBe(0, output);
        statuses.Keys.ShouldBe([HttpStatusCode.OK, HttpStatusCode.Created], ignoreOrder: true);
        (await system.ReplicasAsync(process))
            .Select(replica => replica.Pid)
            .Intersect(before.Select(replica => replica.Pid))
            .ShouldBeEmpty();
        await Parallel.ForEachAsync(
            placed,
            AFew,
            async (id, _) => await customer.MustPostAsync($"/api/orders/{id}/cancel", new { reason = "Only looking" })
        );

        // As customers do, reads orders and the menu more often than it orders. This leaves processor time for processes that restart.
        async Task OrderAndLook()
        {
            while (!stop.IsCancellationRequested)
            {
                using var order = await customer.PlaceAsync(Guest.AnOrder());
                Count(order);
                var id = (await order.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
                placed.Add(id);
                for (var looks = 0; looks < 8 && !stop.IsCancellationRequested; looks++)
                {
                    using var menu = await customer.Http.GetAsync("/api/menu");
                    Count(menu);
                    using var look = await customer.Http.GetAsync($"/api/orders/{id}");
                    Count(look);
                    await Task.Delay(200);
                }
            }
        }

        void Count(HttpResponseMessage answer) => statuses.AddOrUpdate(answer.StatusCode, 1, (_, n) => n + 1);
    }

    private static async Task<IReadOnlyList<string>> PlaceWhileAsync(Guest customer, int count, Func<Task> disturbance, bool keyed = true)
    {
        var placed = new ConcurrentBag<string>();
        var disturbed = Task.CompletedTask;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            AFew,
            async (n, _) =>
            {
                if (n == count / 3)
                {
                    disturbed = disturbance();
                }

                var order = await customer.MustPlaceAsync(Guest.AnOrder(), keyed ? Guid.NewGuid().ToString() : null);
                placed.Add(order.GetProperty("id").GetString()!);
            }
        );
        await disturbed;
        placed.Distinct().Count().ShouldBe(count);
        return [.. placed];
    }

    /// <summary>Cooks and delivers every order; each step must succeed exactly once.</summary>
    private async Task DeliverAllAsync(IReadOnlyList<string> ids)
    {
        using var chef = await Guest.SignInAsync(system, "chef");
        using var driver = await Guest.SignInAsync(system, "driver");
        using var manager = await Guest.SignInAsync(system, "manager");
        var capacity = (await manager.GetAsync("/api/kitchen/status")).GetProperty("capacity").GetInt32();
        await manager.MustPutAsync("/api/kitchen/capacity", new { capacity = 100 });

        await Parallel.ForEachAsync(
            ids,
            AFew,
            async (id, _) =>
            {
                await manager.UntilStatusAsync(id, "confirmed");
                await chef.UntilStartedAsync(id);
                await chef.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
                await manager.UntilStatusAsync(id, "ready");
                await driver.MustPostAsync($"/api/delivery/{id}/take");
                await driver.MustPostAsync($"/api/delivery/{id}/delivered");
                var story = (await manager.GetAsync($"/api/orders/{id}/timeline"))
                    .GetProperty("events")
                    .EnumerateArray()
                    .Select(e => e.GetProperty("type").GetString()!)
                    .ToList();
                story.Distinct().Count().ShouldBe(story.Count, $"{id}: {string.Join(", ", story)}");
                story.Last().ShouldBe("OrderDelivered");
            }
        );
        await manager.MustPutAsync("/api/kitchen/capacity", new { capacity });
    }
}
