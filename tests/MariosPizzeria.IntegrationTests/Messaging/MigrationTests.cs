using MariosPizzeria.IntegrationTests.Servers;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>Queues are made before anything runs, each time: where migrate does not end, nothing starts.</summary>
public sealed class MigrationTests
{
    // One in fifteen did not end, before.
    private const int Many = 40;

    [Fact]
    public async Task Migrate_ends_each_of_many_times_and_the_queue_is_there()
    {
        var topic = "t" + Guid.NewGuid().ToString("N")[..8];
        var broker = (await SharedServers.RabbitMq).ConnectionString;
        var database = await SharedServers.NewSchema();
        await using var queues = await Queues.Of(broker);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Many),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (_, _) =>
            {
                await using var office = Office.Open(database, broker, topic);

                (await office.Admin("migrate")).ShouldBe(0);
            }
        );

        await Should.NotThrowAsync(() => queues.Waiting(Office.QueueOf(topic)));
    }
}
