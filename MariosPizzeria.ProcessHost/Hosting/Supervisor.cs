using System.Net.Sockets;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>The options of a host: its checkout, its state folder and the public port on 127.0.0.1.</summary>
internal sealed record HostOptions(string Root, StateFolder State, int Port);

/// <summary>
/// Brings the running system to the state that the manifest, the build and the requested replicas describe, and keeps it there. The
/// requested state is computed for each request and compared with what runs; on the first start nothing runs.
/// </summary>
internal sealed partial class Supervisor(HostOptions options, ProcessRegistry registry, ProgressNotifier board) : IDisposable
{
    /// <summary>Gateways probe the health of each replica every second; after twice that time all of them know it.</summary>
    private static readonly TimeSpan GatewayDiscoveryDelay = TimeSpan.FromSeconds(2);

    private readonly StateFolder _state = options.State;
    private readonly Builds _builds = new(options.Root, options.State);
    private readonly PortAllocations _ports = new(options.State.Ports);
    private readonly Secrets _secrets = new(options.State.Secrets, makesUp: options.State.Environment == "Development");
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, List<Replica>> _types = [];
    private Task? _stopped;
    private readonly List<SupervisedServer> _servers = [];
    private readonly List<Task> _serverStarts = [];
    private readonly Lock _migrating = new();
    private Dictionary<string, int> _scale = [];
    private SystemPlan? _plan;
    private Socket? _publicSocket;
    private string? _version;
    private Deployment? _deployment;
    private Dictionary<string, string> _parameters = [];

    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether a first start has succeeded.</summary>
    public bool IsUp { get; private set; }

    public void Dispose()
    {
        _types.Values.SelectMany(t => t).ToList().ForEach(r => r.Dispose());
        _servers.ForEach(s => s.Dispose());
        _publicSocket?.Dispose();
        _ports.Dispose();
        _oneAtATime.Dispose();
        _stopping.Dispose();
    }

    public async Task<HostReply> HandleAsync(HostRequest request)
    {
        switch (request.Command)
        {
            case "one-off":
                return new HostReply { OneOff = OneOffOf(request.Name, request.AsOwner) };
            case "status":
                break;
            case "watch":
                await Ended.Task;
                break;
            case "stop":
                await StopAsync();
                break;
            case "up":
                await UpAsync(request);
                break;
            case "restart":
                await RunSequentiallyAsync(() => RestartAsync(request.Name, request.Rolling));
                break;
            default:
                throw new PizzeriaException(
                    $"The running host does not know \"{request.Command}\": it is older than this command. ./pizzeria down, then up."
                );
        }

        return new HostReply { Status = Status() };
    }

    public SystemStatus Status()
    {
        ServerStatus[] servers;
        lock (_servers)
        {
            servers = [.. _servers.Select(s => s.Status)];
        }

        // Readiness that a process reported before the last restart of a server, or during it, does not count.
        var lastReturn = servers.Where(s => s.Restarts > 0).Select(s => s.Since).DefaultIfEmpty().Max();
        ProcessStatus[] processes;
        lock (_types)
        {
            processes = [.. _types.Values.SelectMany(replicas => replicas).Select(r => r.StatusAfter(lastReturn))];
        }

        var gateway = $"http://127.0.0.1:{options.Port}";
        var ready = IsUp && processes.All(p => p.Ready) && servers.All(s => s.Ready);
        return new SystemStatus(_version, gateway, ready, processes, servers, _deployment?.Release);
    }

    /// <summary>Stops the externally reachable processes, then the others, then the servers; once, even if called repeatedly.</summary>
    public Task StopAsync()
    {
        lock (_types)
        {
            return _stopped ??= StopAllAsync();
        }
    }

    private async Task StopAllAsync()
    {
        await _stopping.CancelAsync();
        await _oneAtATime.WaitAsync();
        try
        {
            await Task.WhenAll(_types.Where(t => IsExternal(t.Key)).SelectMany(t => t.Value).Select(r => r.StopAsync()));
            await Task.WhenAll(_types.Where(t => !IsExternal(t.Key)).SelectMany(t => t.Value).Select(r => r.StopAsync()));
            await Task.WhenAll(_serverStarts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.WhenAll(_servers.Select(s => s.StopAsync()));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task RunSequentiallyAsync(Func<Task> work)
    {
        await _oneAtATime.WaitAsync(_stopping.Token);
        try
        {
            await work();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Handles <c>up</c>. A first start that fails leaves nothing running; a failed change keeps what runs.</summary>
    private async Task UpAsync(HostRequest request)
    {
        try
        {
            await RunSequentiallyAsync(() => ApplyAsync(request));
        }
        catch (Exception) when (!IsUp)
        {
            await StopAsync();
            if (request.Restore is not null)
            {
                // The next start must not use a partly restored backup as the data of a system.
                _state.DeleteData();
            }

            throw;
        }
    }

    private async Task ApplyAsync(HostRequest request)
    {
        var deployment = request.Deployment ?? _deployment;
        var manifest = AspireManifest.Read(Path.Combine(deployment?.Folder ?? options.Root, AspireManifest.FileName));
        var scale = ScaleFor(manifest, deployment, request.Scale);
        if (!IsUp)
        {
            if (await registry.EndAllAsync(message => board.Report("leftovers", message, busy: true)))
            {
                board.Report("leftovers", "ended");
            }

            // Before any slow step, so that a port in use is reported at once.
            _publicSocket = ListenInPublic();
            if (request.Fresh)
            {
                _state.DeleteData();
            }
        }

        using var work = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var mongo = ServerPrograms.Mongo is not null && deployment?.KnowsMongo != false;
        var given = new Dictionary<string, string>(_parameters);
        request.Parameters.ToList().ForEach(p => given[p.Key] = p.Value);
        string Input(ParameterResource parameter, string input) =>
            _secrets.Value(parameter, input, given, deployment?.Configuration.Parameters);
        var plan = new SystemPlan(manifest, Input, mongo);
        CheckPasswordsStay(plan);
        var building = request.NoBuild || deployment is not null ? Task.CompletedTask : BuildAsync(manifest, work.Token);
        var servers = IsUp ? Task.FromResult(new Dictionary<string, Task>()) : StartServersAsync(plan, work.Token);
        await FirstFaultAsync(work, building, servers);
        (_plan, _scale, _deployment) = (plan, scale, deployment);
        if (request.Restore is { } backup)
        {
            await RestoreAsync(backup, plan, await servers, work.Token);
        }

        await ReconcileAsync(_plan, await servers, work);
        (IsUp, _parameters) = (true, given);
        string[] inUse = [AppContext.BaseDirectory.TrimEnd('/'), .. _types.Values.SelectMany(t => t).Select(r => r.Spec.Folder)];
        _builds.Prune(inUse);
        Deployment.Prune(_state, inUse);
    }

    /// <summary>The folder from which an assembly runs; it does not change as long as the assembly runs.</summary>
    private string FolderOf(string assembly) => _deployment?.FolderOf(assembly) ?? _builds.CopyOutputs(assembly);

    private LaunchSpec SpecOf(SystemPlan plan, ProjectResource project, int replica, string folder)
    {
        var variables = plan.EnvironmentOf(project, replica, AddressesOf(plan), _state.Environment);
        foreach (var (name, value) in _deployment?.Configuration.Settings ?? [])
        {
            variables[name] = value;
        }

        return new(folder, project.Assembly, variables, project.Args);
    }

    private async Task BuildAsync(AspireManifest manifest, CancellationToken cancellation)
    {
        await _builds.BuildProcessesAsync(manifest, message => board.Report("build", message, busy: true), cancellation);
        board.Report("build", "done");
    }

    private OneOffLaunch OneOffOf(string name, bool asOwner)
    {
        if (!IsUp || _plan?.Manifest.Projects.FirstOrDefault(p => p.Name == name) is not { } project)
        {
            throw new PizzeriaException(
                IsUp
                    ? $"There is no service \"{name}\". There are: {string.Join(", ", _types.Keys)}."
                    : "Not everything has started yet: ./pizzeria status shows what has. Try again when it is ready."
            );
        }

        // A type without replicas has a configuration too.
        var spec = _types[name] is [var first, ..] ? first.Spec : SpecOf(_plan, project, 0, FolderOf(project.Assembly));
        var variables = spec.Overlay();
        if (asOwner && _plan.OwnersConnectionOf(project, AddressesOf(_plan)) is { } connection)
        {
            variables[$"ConnectionStrings__{name}db"] = connection;
        }

        return new OneOffLaunch(spec.Dll, spec.Folder, variables);
    }

    private Socket ListenInPublic()
    {
        try
        {
            return LoopbackPort.Listen(options.Port);
        }
        catch (SocketException e)
        {
            var owner = LoopbackPort.Owner(options.Port);
            throw new PizzeriaException(
                $"Port {options.Port} cannot be used: {(owner is null ? e.Message : $"in use by {owner}")}. Choose another: ./pizzeria up --port {options.Port + 1}",
                e
            );
        }
    }

    private Dictionary<string, int> ScaleFor(AspireManifest manifest, Deployment? deployment, Dictionary<string, int> asked)
    {
        var scale = deployment is null
            ? Replicas.FromSettings(options.Root, manifest)
            : manifest.Projects.ToDictionary(p => p.Name, p => deployment.Configuration.Replicas.GetValueOrDefault(p.Name, 1));
        // Another release has its own replica counts.
        var kept = deployment?.Release == _deployment?.Release ? _scale : [];
        foreach (var (name, count) in kept.Concat(asked))
        {
            if (scale.ContainsKey(name))
            {
                scale[name] = count;
            }
            else if (asked.ContainsKey(name))
            {
                throw new PizzeriaException($"--scale {name}: there is no such process type. There are: {string.Join(", ", scale.Keys)}.");
            }
        }

        return scale;
    }

    private SystemAddresses AddressesOf(SystemPlan plan) =>
        new(
            options.Port,
            plan.Servers.ToDictionary(s => s.Container, s => _ports.Of(s.Name)),
            plan.Manifest.Projects.ToDictionary(
                p => p.Name,
                IReadOnlyList<int> (p) =>
                    [.. Enumerable.Range(0, _scale[p.Name]).Select(i => PortOf(p.Name, i)), PortOf(p.Name, spare: true)]
            )
        );

    private int PortOf(string name, int replica = 0, bool spare = false) => _ports.Of(spare ? $"{name}/spare" : $"{name}/{replica}");

    private bool IsExternal(string name) => _plan?.Manifest.Resources.GetValueOrDefault(name) is ProjectResource { IsExternal: true };

    private static string? VersionOf(SystemPlan plan, Dictionary<string, string> folders)
    {
        var project = plan.Manifest.Projects.FirstOrDefault(p => p.IsExternal) ?? plan.Manifest.Projects.FirstOrDefault();
        return project is null
            ? null
            : FileVersionInfo.GetVersionInfo(Path.Combine(folders[project.Assembly], project.Assembly + ".dll")).ProductVersion;
    }

    /// <summary>Waits for all tasks; when the first one fails, cancels the work of the others and throws its error.</summary>
    private static async Task FirstFaultAsync(CancellationTokenSource work, params Task[] tasks)
    {
        await foreach (var ended in Task.WhenEach(tasks))
        {
            if (!ended.IsCompletedSuccessfully)
            {
                await work.CancelAsync();
                await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await ended;
            }
        }
    }
}
