using MariosPizzeria.BuildingBlocks.Messaging;

namespace MariosPizzeria.BuildingBlocks.Admin;

/// <summary>
/// Creates or completes the schema of the service's database, and creates its queues, so that messages that are published before the
/// service first runs are not lost. It is idempotent, and two runs at the same time are safe.
/// </summary>
internal sealed class MigrateCommand(IServiceProvider provider) : AdminCommand
{
    public override string Name => "migrate";

    public override string Description => "creates or updates the schema of this service's database, and its queues";

    public override async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (provider.GetService<IDocumentDatabase>() is { } database)
        {
            await database.MigrateAsync(cancellationToken);
            foreach (var documents in provider.GetServices<IMeasureBackfill>())
            {
                if (await documents.MeasureAsync(cancellationToken) is > 0 and var count)
                {
                    await Console.Out.WriteLineAsync($"Measures were computed for {count} documents of {documents.Collection}.");
                }
            }

            await Console.Out.WriteLineAsync($"The {database.Kind} database is up to date.");
        }
        else
        {
            await Console.Out.WriteLineAsync("This service has no database.");
        }

        if (provider.GetService<BrokerTopology>() is { } topology)
        {
            await topology.DeployAsync(cancellationToken);
            await Console.Out.WriteLineAsync("The queues are up to date.");
        }

        return 0;
    }
}
