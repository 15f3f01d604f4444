using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ProcessHost.Servers;
using RabbitMQ.Client.Exceptions;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>Every start creates the queues first: if migrate does not end, no process starts.</summary>
public sealed class MigrationTests
{
    // Enough runs to find a hang that occurs in one of fifteen.
    private const int Many = 40;

    [Fact]
    public async Task Migrate_ends_each_of_many_times_and_the_queue_is_there()
    {
        var topic = "t" + Guid.NewGuid().ToString("N")[..8];
        var broker = (await SharedServers.RabbitMq).ConnectionString;
        var database = await SharedServers.NewSchemaAsync();
        await using var queues = await Queues.OfAsync(broker);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Many),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (_, _) =>
            {
                await using var office = Office.Open(database, broker, topic);

                (await office.AdminAsync("migrate")).ShouldBe(0);
            }
        );

        await Should.NotThrowAsync(() => queues.WaitingAsync(Office.QueueOf(topic)));
    }

    [Fact]
    public async Task Migrate_makes_the_queues_in_which_messages_wait_for_another_attempt()
    {
        // On the shared broker, the first failed message of any test has created them.
        await using var rabbit = await new RabbitMqServer(new()).StartedAsync(default);
        await using var office = Office.Open(await SharedServers.NewSchemaAsync(), rabbit.ConnectionString, "t1");

        (await office.AdminAsync("migrate")).ShouldBe(0);

        await using var queues = await Queues.OfAsync(rabbit.ConnectionString);
        foreach (var queue in (string[])["pizzeria-retry-1s", "pizzeria-retry-5s", "pizzeria-retry-30s"])
        {
            (await queues.WaitingAsync(queue)).ShouldBe(0u, queue);
        }
    }

    [Fact]
    public async Task A_retired_queue_gets_nothing_more_and_goes_when_nobody_consumes_it()
    {
        var topic = "t" + Guid.NewGuid().ToString("N")[..8];
        var broker = (await SharedServers.RabbitMq).ConnectionString;
        var database = await SharedServers.NewSchemaAsync();
        await using var queues = await Queues.OfAsync(broker);
        await using (var earlier = Office.Open(database, broker, topic))
        {
            (await earlier.AdminAsync("migrate")).ShouldBe(0);
        }

        await using (var running = Office.Open(database, broker, topic))
        {
            await running.StartAsync();
            await running.UntilConnectedAsync();
            await running.SayAsync("before");
            await Eventually.UntilAsync("the queue is consumed", () => Task.FromResult(running.Desk.Words.Contains("before")));

            await MigrateAway();
            await queues.WaitingAsync(Office.QueueOf(topic));
            await running.StopAsync();
        }

        await MigrateAway();
        await Should.ThrowAsync<OperationInterruptedException>(() => queues.WaitingAsync(Office.QueueOf(topic)));
        await MigrateAway();

        async Task MigrateAway()
        {
            await using var later = Office.Open(database, broker, topic + "-later", clerk: false, retires: Office.QueueOf(topic));
            (await later.AdminAsync("migrate")).ShouldBe(0);
        }
    }
}
