using MariosPizzeria.ServiceDefaults.Documents;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.ServiceDefaults.Admin;

/// <summary>Makes the schema of the service's database. Twice equals once; two at the same time are safe.</summary>
internal sealed class MigrateCommand(IServiceProvider provider) : AdminCommand
{
    public override string Name => "migrate";

    public override string Description => "makes or completes the schema of this service's database";

    public override async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (provider.GetService<IDocumentDatabase>() is not { } database)
        {
            await Console.Out.WriteLineAsync("This service has no database.");
            return 0;
        }

        await database.Migrate(cancellationToken);
        await Console.Out.WriteLineAsync($"The {database.Kind} database is up to date.");
        return 0;
    }
}
