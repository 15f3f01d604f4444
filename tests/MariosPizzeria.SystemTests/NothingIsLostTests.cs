using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MariosPizzeria.SystemTests;

/// <summary>Processes and servers die or are stopped in the middle of orders; no customer notices, and nothing is lost or doubled.</summary>
[Collection(SystemCollection.Name)]
public sealed class NothingIsLostTests(PizzeriaSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ParallelOptions AFew = new() { MaxDegreeOfParallelism = 8 };

    [Fact]
    public async Task Killing_an_order_replica_and_the_workers_in_the_middle_of_orders_is_noticed_by_no_customer()
    {
        using var customer = await Guest.SignIn(system, "customer");
        var order = (await system.Replicas("order"))[1];
        var workers = await system.Replicas("worker");

        var placed = await PlaceWhile(
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

        await DeliverAll(placed);
        await system.UntilReady();
        (await system.Replicas("order")).Single(replica => replica.Number == order.Number).Restarts.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("redis")]
    [InlineData("rabbitmq")]
    public async Task Every_accepted_order_converges_after_a_server_was_killed(string server)
    {
        using var customer = await Guest.SignIn(system, "customer");
        var pid = await system.ServerPid(server);
        var accepted = new List<string>();

        for (var n = 0; n < 30; n++)
        {
            if (n == 10)
            {
                PizzeriaSystem.Kill(pid);
            }

            // What is refused while the server is away is refused with a clear answer; what was accepted is kept.
            using var answer = await customer.Place(Guest.AnOrder(), Guid.NewGuid().ToString());
            if (answer.StatusCode == HttpStatusCode.Created)
            {
                accepted.Add(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!);
            }
            else
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, await answer.Content.ReadAsStringAsync());
                answer.Headers.RetryAfter.ShouldNotBeNull();
            }
        }

        await system.UntilReady();
        accepted.Count.ShouldBeGreaterThanOrEqualTo(10);
        await DeliverAll(accepted);
    }

    [Fact]
    public async Task Terminating_an_order_replica_with_requests_in_flight_loses_none()
    {
        using var customer = await Guest.SignIn(system, "customer");
        var order = (await system.Replicas("order"))[2];

        var placed = await PlaceWhile(customer, count: 80, () => PizzeriaSystem.Terminate(order.Pid), keyed: false);

        await system.UntilReady();
        await DeliverAll(placed);
    }

    [Theory]
    [InlineData("order")]
    [InlineData("gateway")]
    [InlineData("menu")]
    public async Task A_rolling_restart_fails_no_request(string process)
    {
        using var customer = await Guest.SignIn(system, "customer");
        using var stop = new CancellationTokenSource();
        var before = await system.Replicas(process);
        var statuses = new ConcurrentDictionary<HttpStatusCode, int>();
        var placed = new ConcurrentBag<string>();
        var running = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OrderAndLook()));

        var (exit, output) = await system.Command("restart", process, "--rolling");
        await stop.CancelAsync();
        await running;

        exit.ShouldBe(0, output);
        statuses.Keys.ShouldBe([HttpStatusCode.OK, HttpStatusCode.Created], ignoreOrder: true);
        (await system.Replicas(process)).Select(replica => replica.Pid).Intersect(before.Select(replica => replica.Pid)).ShouldBeEmpty();
        await Parallel.ForEachAsync(
            placed,
            AFew,
            async (id, _) => await customer.MustPost($"/api/orders/{id}/cancel", new { reason = "Only looking" })
        );

        // Orders are made less often than they and the menu are looked at, as by customers; what starts again has a processor left.
        async Task OrderAndLook()
        {
            while (!stop.IsCancellationRequested)
            {
                using var order = await customer.Place(Guest.AnOrder());
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

    private static async Task<IReadOnlyList<string>> PlaceWhile(Guest customer, int count, Func<Task> disturbance, bool keyed = true)
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

                var order = await customer.MustPlace(Guest.AnOrder(), keyed ? Guid.NewGuid().ToString() : null);
                placed.Add(order.GetProperty("id").GetString()!);
            }
        );
        await disturbed;
        placed.Distinct().Count().ShouldBe(count);
        return [.. placed];
    }

    /// <summary>Cooks and delivers every order; each step must be possible once, and once only.</summary>
    private async Task DeliverAll(IReadOnlyList<string> ids)
    {
        using var chef = await Guest.SignIn(system, "chef");
        using var driver = await Guest.SignIn(system, "driver");
        using var manager = await Guest.SignIn(system, "manager");
        var capacity = (await manager.Get("/api/kitchen/status")).GetProperty("capacity").GetInt32();
        await manager.MustPut("/api/kitchen/capacity", new { capacity = 100 });

        await Parallel.ForEachAsync(
            ids,
            AFew,
            async (id, _) =>
            {
                await manager.UntilStatus(id, "confirmed", Patience);
                await chef.UntilStarted(id, Patience);
                await chef.MustPost($"/api/kitchen/tickets/{id}/ready");
                await manager.UntilStatus(id, "ready", Patience);
                await driver.MustPost($"/api/delivery/{id}/take");
                await driver.MustPost($"/api/delivery/{id}/delivered");
                var story = (await manager.Get($"/api/orders/{id}/timeline"))
                    .GetProperty("events")
                    .EnumerateArray()
                    .Select(e => e.GetProperty("type").GetString()!)
                    .ToList();
                story.Distinct().Count().ShouldBe(story.Count, $"{id}: {string.Join(", ", story)}");
                story.Last().ShouldBe("OrderDelivered");
            }
        );
        await manager.MustPut("/api/kitchen/capacity", new { capacity });
    }
}
