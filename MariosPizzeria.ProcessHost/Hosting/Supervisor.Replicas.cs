using System.Globalization;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Plan;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>The replicas of the process types: started, migrated for, restarted and replaced.</summary>
internal sealed partial class Supervisor
{
    private async Task ReconcileAsync(SystemPlan plan, Dictionary<string, Task> servers, CancellationTokenSource work)
    {
        var addresses = AddressesOf(plan);
        var folders = plan
            .Manifest.Projects.Select(p => p.Assembly)
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(a => a, FolderOf, StringComparer.Ordinal);
        _version = _deployment?.Version ?? VersionOf(plan, folders);

        var before = _types.ToDictionary(t => t.Key, t => t.Value.Count, StringComparer.Ordinal);
        lock (_types)
        {
            // Status lists them in the manifest's order, whichever starts first.
            plan.Manifest.Projects.ToList().ForEach(p => _types.TryAdd(p.Name, []));
        }

        var migrations = MigrateAsync(plan, addresses, folders, servers, work.Token);
        await FirstFaultAsync(work, plan.Manifest.Projects.Select(Grow).ToArray());
        await FirstFaultAsync(work, plan.Manifest.Projects.Select(Renew).ToArray());
        await Task.WhenAll(plan.Manifest.Projects.Select(Shrink));

        LaunchSpec SpecOf(ProjectResource project, int replica) =>
            new(folders[project.Assembly], project.Assembly, VariablesOf(plan, project, replica, addresses), project.Args);

        // First more of what there is to be more of, so that nobody is told of an address where nobody is …
        async Task Grow(ProjectResource project)
        {
            var needed = plan.ServersOf(project).Select(s => servers.GetValueOrDefault(s.Container, Task.CompletedTask));
            await Task.WhenAll(needed.Append(migrations)).WaitAsync(work.Token);
            var replicas = _types[project.Name];
            var started = new List<Replica>();
            for (var i = replicas.Count; i < _scale[project.Name]; i++)
            {
                var replica = NewReplica(project, i, PortOf(project.Name, i), SpecOf(project, i));
                lock (_types)
                {
                    replicas.Add(replica);
                }

                replica.Start();
                started.Add(replica);
            }

            await Task.WhenAll(started.Select(r => r.WaitReadyAsync(work.Token)));
        }

        // … then those whose build or addresses have changed, one at a time …
        async Task Renew(ProjectResource project)
        {
            var keeping = _types[project.Name]
                .Take(_scale[project.Name])
                .Select(r => (Replica: r, Spec: SpecOf(project, r.Index)))
                .ToList();
            // A consumer knows the old replicas or the new ones, depending on whether it was renewed itself already: one replica
            // that both know is not enough.
            var known = Math.Min(before.GetValueOrDefault(project.Name), keeping.Count);
            await RollAsync(project.Name, [.. keeping.Where(k => !k.Spec.Equals(k.Replica.Spec)).Chunk(1)], known, work.Token);
        }

        // … and last, what nobody asks any more goes.
        async Task Shrink(ProjectResource project)
        {
            var replicas = _types[project.Name];
            Replica[] leaving = [.. replicas.Skip(_scale[project.Name])];
            await Task.WhenAll(leaving.Select(StopReplicaAsync));
            lock (_types)
            {
                replicas.RemoveAll(leaving.Contains);
            }

            Array.ForEach(leaving, r => r.Dispose());
        }
    }

    /// <summary>
    /// Migrates each process type that has tables or queues, and seeds those that own a database, unless the last that was done so on
    /// these data was this build.
    /// </summary>
    private Task MigrateAsync(
        SystemPlan plan,
        SystemAddresses addresses,
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
            var spec = new LaunchSpec(folder, project.Assembly, VariablesOf(plan, project, 0, addresses), project.Args);
            string[] commands = plan.DatabaseServerOf(project) is null ? ["migrate"] : ["migrate", "seed"];
            foreach (var command in commands)
            {
                var name = $"{command} {project.Name}";
                board.Report(name, "running", busy: true);
                var result = await Child.RunAsync(
                    "dotnet",
                    [spec.Dll, command],
                    cancellation,
                    workingDirectory: folder,
                    environment: spec.Overlay()
                );
                await File.WriteAllTextAsync(
                    Path.Combine(_state.AdminLogs, $"{command}-{project.Name}.log"),
                    result.All + "\n",
                    cancellation
                );
                if (result.ExitCode != 0)
                {
                    throw new PizzeriaException(
                        string.Create(CultureInfo.InvariantCulture, $"\"{name}\" failed (exit code {result.ExitCode}):\n{result.All}")
                    );
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

        // Without rolling it is quick, but somebody serves all the same: one that is stood in for, or the last while the others restart.
        (Replica Replica, LaunchSpec Spec)[] all = [.. replicas.Select(r => (r, r.Spec))];
        (Replica, LaunchSpec)[][] groups = all.Length < 2 ? [all] : [all[..^1], all[^1..]];
        await RollAsync(name, rolling ? [.. all.Chunk(1)] : groups, all.Length, _stopping.Token);
    }

    /// <summary>
    /// One group of replicas after the other; a lone one is stood in for, on the spare address that everybody knows from the start.
    /// </summary>
    /// <param name="name">The process type.</param>
    /// <param name="groups">Those to start anew, and from what.</param>
    /// <param name="known">Of how many replicas every consumer has the address.</param>
    /// <param name="cancellation">Ends it.</param>
    private async Task RollAsync(string name, (Replica Replica, LaunchSpec Spec)[][] groups, int known, CancellationToken cancellation)
    {
        if (groups is not [[var first, ..], ..])
        {
            return;
        }

        Replica? extra = null;
        if (known == 1)
        {
            var spec = first.Spec;
            var port = PortOf(name, spare: true);
            var environment = new Dictionary<string, string>(spec.Environment, StringComparer.Ordinal)
            {
                ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            };
            extra = NewReplica(
                (ProjectResource)_plan!.Manifest.Resources[name],
                _types[name].Count,
                port,
                spec with
                {
                    Environment = environment,
                }
            );
            lock (_types)
            {
                _types[name].Add(extra);
            }

            extra.Start();
        }

        try
        {
            if (extra is not null)
            {
                await extra.WaitReadyAsync(cancellation);
                await Task.Delay(NoticedByGateways, cancellation);
            }

            foreach (var group in groups)
            {
                await Task.WhenAll(group.Select(each => StopReplicaAsync(each.Replica)));
                foreach (var (replica, spec) in group)
                {
                    replica.Spec = spec;
                    replica.Start();
                }

                await Task.WhenAll(group.Select(each => each.Replica.WaitReadyAsync(cancellation)));
                // The next ones to stop must leave one that gateways send to, other than those just started.
                if (extra is not null || (known < group.Length + 2 && group != groups[^1]))
                {
                    await Task.Delay(NoticedByGateways, cancellation);
                }
            }
        }
        finally
        {
            if (extra is not null)
            {
                await StopReplicaAsync(extra);
                lock (_types)
                {
                    _types[name].Remove(extra);
                }

                extra.Dispose();
            }
        }
    }

    private Replica NewReplica(ProjectResource project, int index, int port, LaunchSpec spec) =>
        new(
            project.Name,
            index,
            port,
            project.IsExternal ? Role.External : Role.Internal,
            project.IsExternal ? _publicSocket : null,
            _state,
            registry,
            board
        )
        {
            Spec = spec,
        };

    private async Task StopReplicaAsync(Replica replica)
    {
        board.Report(replica.Name, "stopping", busy: true);
        await replica.StopAsync();
        board.Report(replica.Name, "stopped");
    }
}
