namespace MariosPizzeria.ProcessHost.Hosting;

internal sealed partial class Supervisor
{
    private async Task ReconcileAsync(SystemPlan plan, Dictionary<string, Task> servers, CancellationTokenSource work)
    {
        var folders = plan.Manifest.Projects.Select(p => p.Assembly).Distinct().ToDictionary(a => a, FolderOf);
        _version = _deployment?.Version ?? VersionOf(plan, folders);

        var before = _types.ToDictionary(t => t.Key, t => t.Value.Count);
        lock (_types)
        {
            // Status lists them in the manifest's order, whichever starts first.
            plan.Manifest.Projects.ToList().ForEach(p => _types.TryAdd(p.Name, []));
        }

        var migrations = MigrateAsync(plan, folders, servers, work.Token);
        await FirstFaultAsync(work, plan.Manifest.Projects.Select(Grow).ToArray());
        await FirstFaultAsync(work, plan.Manifest.Projects.Select(Renew).ToArray());
        await Task.WhenAll(plan.Manifest.Projects.Select(Shrink));

        // First, additional replicas are started, so that no consumer gets an address on which no replica listens …
        async Task Grow(ProjectResource project)
        {
            var needed = plan.ServersOf(project).Select(s => servers.GetValueOrDefault(s.Container, Task.CompletedTask));
            await Task.WhenAll(needed.Append(migrations)).WaitAsync(work.Token);
            var started = new List<Replica>();
            for (var i = _types[project.Name].Count; i < _scale[project.Name]; i++)
            {
                started.Add(StartNew(project, i, PortOf(project.Name, i), SpecOf(plan, project, i, folders[project.Assembly])));
            }

            await Task.WhenAll(started.Select(r => r.WaitReadyAsync(work.Token)));
        }

        // … then replicas with a changed build or changed addresses are restarted, one at a time …
        async Task Renew(ProjectResource project)
        {
            var keeping = _types[project.Name]
                .Take(_scale[project.Name])
                .Select(r => (Replica: r, Spec: SpecOf(plan, project, r.Index, folders[project.Assembly])))
                .ToList();
            // A consumer has the addresses of the old replicas or of the new ones, depending on whether it was restarted itself already.
            // If only one replica is in both lists, that is not enough.
            var known = Math.Min(before.GetValueOrDefault(project.Name), keeping.Count);
            await RollAsync(project.Name, [.. keeping.Where(k => !k.Spec.IsSameAs(k.Replica.Spec)).Chunk(1)], known, work.Token);
        }

        // … and last, replicas that no consumer uses any more are stopped.
        async Task Shrink(ProjectResource project) =>
            await Task.WhenAll(_types[project.Name].Skip(_scale[project.Name]).ToList().Select(r => EndAsync(project.Name, r)));
    }

    /// <summary>
    /// Migrates each process type that has tables or queues, and seeds those that own a database, unless these data were last migrated by
    /// the same build.
    /// </summary>
    private Task MigrateAsync(
        SystemPlan plan,
        Dictionary<string, string> folders,
        Dictionary<string, Task> servers,
        CancellationToken cancellation
    )
    {
        var migrated = StateFolder.Read<Dictionary<string, string>>(_state.Migrated) ?? [];
        return Task.WhenAll(
            from project in plan.Manifest.Projects
            let server = plan.MigratedServerOf(project)
            where server is not null && migrated.GetValueOrDefault(project.Name) != folders[project.Assembly]
            select PrepareAsync(project, server)
        );

        async Task PrepareAsync(ProjectResource project, ServerPlan server)
        {
            await servers.GetValueOrDefault(server.Container, Task.CompletedTask).WaitAsync(cancellation);
            var folder = folders[project.Assembly];
            var spec = SpecOf(plan, project, 0, folder);
            string[] commands = plan.DatabaseServerOf(project) is null ? ["migrate"] : ["migrate", "seed"];
            foreach (var command in commands)
            {
                var name = $"{command} {project.Name}";
                board.Report(name, "running", busy: true);
                var result = await new OneOffLaunch(spec.Dll, folder, spec.Overlay()).RunAsync([command], cancellation);
                var log = Path.Combine(_state.AdminLogs, $"{command}-{project.Name}.log");
                await File.WriteAllTextAsync(log, result.All + "\n", cancellation);
                if (result.ExitCode != 0)
                {
                    throw new PizzeriaException($"\"{name}\" failed (exit code {result.ExitCode}):\n{result.All}");
                }

                board.Report(name, "done");
            }

            lock (_migrating)
            {
                migrated[project.Name] = folder;
                StateFolder.Write(_state.Migrated, migrated);
            }
        }
    }

    private async Task RestartAsync(string name, bool rolling)
    {
        if (_plan is null || !_types.TryGetValue(name, out var replicas))
        {
            throw new PizzeriaException($"There is no process type \"{name}\". There are: {string.Join(", ", _types.Keys)}.");
        }

        // Without rolling the restart is quick, but one replica still serves: a temporary one, or the last one while the others restart.
        (Replica Replica, LaunchSpec Spec)[] all = [.. replicas.Select(r => (r, r.Spec))];
        (Replica, LaunchSpec)[][] groups = all.Length < 2 ? [all] : [all[..^1], all[^1..]];
        await RollAsync(name, rolling ? [.. all.Chunk(1)] : groups, all.Length, _stopping.Token);
    }

    /// <summary>
    /// Restarts one group of replicas after the other. A temporary replica serves in place of a single one, on the spare address, which all
    /// consumers have from the start.
    /// </summary>
    /// <param name="groups">The replicas to restart, with their specifications.</param>
    /// <param name="known">The number of replicas whose address every consumer has.</param>
    private async Task RollAsync(string name, (Replica Replica, LaunchSpec Spec)[][] groups, int known, CancellationToken cancellation)
    {
        if (groups is not [[var first, ..], ..])
        {
            return;
        }

        Replica? extra = null;
        if (known == 1)
        {
            var port = PortOf(name, spare: true);
            var environment = new Dictionary<string, string>(first.Spec.Environment) { ["PORT"] = $"{port}" };
            var project = (ProjectResource)_plan!.Manifest.Resources[name];
            extra = StartNew(project, _types[name].Count, port, first.Spec with { Environment = environment });
        }

        try
        {
            if (extra is not null)
            {
                await extra.WaitReadyAsync(cancellation);
                await Task.Delay(GatewayDiscoveryDelay, cancellation);
            }

            foreach (var group in groups)
            {
                await Task.WhenAll(group.Select(each => each.Replica.StopAsync()));
                foreach (var (replica, spec) in group)
                {
                    replica.Spec = spec;
                    replica.Start();
                }

                await Task.WhenAll(group.Select(each => each.Replica.WaitReadyAsync(cancellation)));
                // When the next group stops, a replica must remain that gateways already send to, other than those just started.
                if (extra is not null || (known < group.Length + 2 && group != groups[^1]))
                {
                    await Task.Delay(GatewayDiscoveryDelay, cancellation);
                }
            }
        }
        finally
        {
            if (extra is not null)
            {
                await EndAsync(name, extra);
            }
        }
    }

    private Replica StartNew(ProjectResource project, int index, int port, LaunchSpec spec)
    {
        var (role, socket) = project.IsExternal ? (Role.External, _publicSocket) : (Role.Internal, null);
        var replica = new Replica(project.Name, index, port, role, socket, _state, registry, board) { Spec = spec };
        lock (_types)
        {
            _types[project.Name].Add(replica);
        }

        replica.Start();
        return replica;
    }

    private async Task EndAsync(string name, Replica replica)
    {
        await replica.StopAsync();
        lock (_types)
        {
            _types[name].Remove(replica);
        }

        replica.Dispose();
    }
}
