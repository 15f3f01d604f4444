namespace MariosPizzeria.ProcessHost.Hosting;

internal sealed partial class Supervisor
{
    /// <summary>Installs and starts the servers; returns as soon as all are being started, with a task for each.</summary>
    private async Task<Dictionary<string, Task>> StartServersAsync(SystemPlan plan, CancellationToken cancellation)
    {
        Packages.RequiredPackage[] missing = [.. plan.Servers.Select(s => s.Kind).Distinct().Select(Packages.For).Where(n => !n.Present)];
        if (missing.Length > 0)
        {
            await Packages.InstallAsync(missing, message => board.Report("machine", message, busy: true), cancellation);
            board.Report("machine", "has what is needed");
        }

        Directory.CreateDirectory(_state.Data);
        var starting = new Dictionary<string, Task>();
        // RabbitMQ takes longest.
        foreach (var server in plan.Servers.OrderByDescending(s => s.Kind == ServerKind.RabbitMq))
        {
            var supervised = new SupervisedServer(server, Make(server), board);
            lock (_servers)
            {
                _servers.Add(supervised);
            }

            starting[server.Container] = supervised.StartAsync(cancellation);
            _serverStarts.Add(starting[server.Container]);
        }

        return starting;
    }

    private BackingServer Make(ServerPlan plan)
    {
        var stopSignal = plan.Kind == ServerKind.Postgres ? Posix.SigInt : Posix.SigTerm;
        var settings = new ServerSettings
        {
            Folder = Path.Combine(_state.Data, plan.Name),
            Port = _ports.Of(plan.Name),
            User = plan.User,
            Password = plan.Password,
            LogFile = Path.Combine(_state.Logs, plan.Name + ".log"),
        };
        ChildRecord Recording(string part) => registry.Reserve(plan.Name + part, Role.Server, stopSignal);
        return plan.Kind switch
        {
            ServerKind.Redis => new RedisServer(settings) { Recording = Recording },
            ServerKind.RabbitMq => new RabbitMqServer(settings) { Recording = Recording },
            ServerKind.Postgres => new PostgresServer(settings) { Recording = Recording },
            _ => new MongoServer(settings) { Recording = Recording },
        };
    }

    /// <summary>Checks that no password changes: data keep the password they were created with, so a new one could not be used.</summary>
    private void CheckPasswordsStay(SystemPlan plan)
    {
        var changed = _servers.FirstOrDefault(s => plan.Servers.Any(p => p.Name == s.Plan.Name && p.Password != s.Plan.Password));
        if (changed is not null)
        {
            throw new PizzeriaException(
                $"The configured password of {changed.Plan.Name} is not the one its data was created with. "
                    + "Restore the old password; only new data (./pizzeria up --fresh) can have another."
            );
        }
    }
}
