using MariosPizzeria.ProcessHost.Backups;

namespace MariosPizzeria.ProcessHost.Hosting;

internal sealed partial class Supervisor
{
    /// <summary>
    /// Fills the new, empty databases from a backup, before any migration and before any process starts. A database of the backup that this
    /// system does not have is an error, because its data would be lost.
    /// </summary>
    private async Task RestoreAsync(string folder, SystemPlan plan, Dictionary<string, Task> servers, CancellationToken cancellation)
    {
        var contents = BackupFile.Read(folder);
        foreach (var copy in contents.Databases)
        {
            var server =
                plan.Servers.FirstOrDefault(s => s.Kind == ServerKind.Postgres && s.Databases.Values.Contains(copy.Name))
                ?? throw new PizzeriaException(
                    $"The backup has a PostgreSQL database {copy.Name}, and this system has none of that name to fill."
                );
            await servers.GetValueOrDefault(server.Container, Task.CompletedTask).WaitAsync(cancellation);
            board.Report($"restore {copy.Name}", "running", busy: true);
            var connection =
                $"Host=127.0.0.1;Port={_ports.Of(server.Name)};Username={copy.Name};Password={server.PasswordOf(copy.Name)};Database={copy.Name}";
            await BackupFile.RestoreAsync(folder, copy, connection, cancellation);
            board.Report($"restore {copy.Name}", "done");
        }
    }
}
