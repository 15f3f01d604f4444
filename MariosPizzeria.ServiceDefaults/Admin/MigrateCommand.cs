using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.ServiceDefaults.Admin;

/// <summary>
/// Makes the schema of the service's database, and its queues, so that nothing that is published before the service first runs
/// passes it by. Twice equals once; two at the same time are safe.
/// </summary>
internal sealed class MigrateCommand(IServiceProvider provider) : AdminCommand
{
    public override string Name => "migrate";

    public override string Description => "makes or completes the schema of this service's database, and its queues";

    public override async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (provider.GetService<IDocumentDatabase>() is { } database)
        {
            await database.Migrate(cancellationToken);
            await Console.Out.WriteLineAsync($"The {database.Kind} database is up to date.");
        }
        else
        {
            await Console.Out.WriteLineAsync("This service has no database.");
        }

        if (provider.GetService<BrokerTopology>() is { } topology)
        {
            await topology.Deploy(cancellationToken);
            await Console.Out.WriteLineAsync("The queues are up to date.");
        }

        return 0;
    }
}
