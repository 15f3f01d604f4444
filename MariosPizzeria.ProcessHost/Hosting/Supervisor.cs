using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Plan;
using MariosPizzeria.ProcessHost.Releases;
using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>What a host was started with.</summary>
/// <param name="Root">The repository.</param>
/// <param name="State">Its state folder.</param>
/// <param name="Port">The public port on 127.0.0.1.</param>
/// <param name="Environment">Development, Staging …</param>
internal sealed record HostOptions(string Root, StateFolder State, int Port, string Environment);

/// <summary>
/// The running system: brings it to what the manifest, the build and the wanted replicas say, and keeps it there. What is wanted
/// is worked out anew each time and compared with what runs; the first start is the case where nothing runs.
/// </summary>
internal sealed partial class Supervisor(HostOptions options, ProcessRegistry registry, ProgressBoard board) : IDisposable
{
    /// <summary>Gateways ask each replica for its health every second; twice that, and all of them know.</summary>
    private static readonly TimeSpan NoticedByGateways = TimeSpan.FromSeconds(2);

    private readonly StateFolder _state = options.State;
    private readonly Builds _builds = new(options.Root, options.State);
    private readonly PortBook _ports = new(options.State.Ports);
    private readonly Secrets _secrets = new(options.State.Secrets, makesUp: options.Environment == "Development");
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, List<Replica>> _types = new(StringComparer.Ordinal);
    private Task? _stopped;
    private readonly List<SupervisedServer> _servers = [];
    private readonly List<Task> _serverStarts = [];
    private readonly Lock _migrating = new();
    private Dictionary<string, int> _scale = new(StringComparer.Ordinal);
    private SystemPlan? _plan;
    private Socket? _publicSocket;
    private string? _version;
    private Deployment? _deployment;
    private Dictionary<string, string> _given = new(StringComparer.Ordinal);

    /// <summary>Set when the host is to end.</summary>
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

    /// <summary>Does what is asked.</summary>
    /// <exception cref="PizzeriaException">It cannot be done.</exception>
    public async Task<HostReply> HandleAsync(HostRequest request)
    {
        switch (request.Command)
        {
            case "status":
                return new HostReply { Status = Status() };
            case "watch":
                await Ended.Task;
                return new HostReply();
            case "one-off":
                return new HostReply { OneOff = OneOffOf(request.Name, request.AsOwner) };
            case "stop":
                await StopAsync();
                return new HostReply();
            case "up":
                await UpAsync(request);
                return new HostReply { Status = Status() };
            case "restart":
                await InTurnAsync(() => RestartAsync(request.Name, request.Rolling));
                return new HostReply { Status = Status() };
            default:
                throw new PizzeriaException(
                    $"The running host does not know \"{request.Command}\": it is older than this command. ./pizzeria down, then up."
                );
        }
    }

    public SystemStatus Status()
    {
        ServerStatus[] servers;
        lock (_servers)
        {
            servers =
            [
                .. from s in _servers
                select new ServerStatus(
                    s.Plan.Name,
                    s.Plan.Kind.ToString().ToLowerInvariant(),
                    s.Pid,
                    s.Address,
                    s.State,
                    s.Ready,
                    s.Restarts,
                    s.Since
                ),
            ];
        }

        // What a process said while a server was away, or before, is not known of it now.
        var lastReturn = servers.Where(s => s.Restarts > 0).Select(s => s.Since).DefaultIfEmpty().Max();
        ProcessStatus[] processes;
        lock (_types)
        {
            processes =
            [
                .. from type in _types
                from r in type.Value
                select new ProcessStatus(type.Key, r.Index, r.Pid, r.Url, r.State, r.SeenReady >= lastReturn, r.Restarts, r.Since),
            ];
        }

        var gateway = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Port}");
        var ready = IsUp && processes.All(p => p.Ready) && servers.All(s => s.Ready);
        return new SystemStatus(_version, gateway, ready, processes, servers) { Release = _deployment?.Release };
    }

    /// <summary>Stops everything in order: what the world reaches, the other processes, the servers. Once, however often it is told.</summary>
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
            await Task.WhenAll(_types.Where(t => IsExternal(t.Key)).SelectMany(t => t.Value).Select(StopReplicaAsync));
            await Task.WhenAll(_types.Where(t => !IsExternal(t.Key)).SelectMany(t => t.Value).Select(StopReplicaAsync));
            await Task.WhenAll(_serverStarts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.WhenAll(_servers.Select(StopServerAsync));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task InTurnAsync(Func<Task> work)
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

    /// <summary>A first start that fails leaves nothing behind; on a running system a failed change leaves what ran.</summary>
    private async Task UpAsync(HostRequest request)
    {
        try
        {
            await InTurnAsync(() => ApplyAsync(request));
        }
        catch (Exception) when (!IsUp)
        {
            await StopAsync();
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

            // Before anything takes time: a taken port is known at once.
            _publicSocket = ListenInPublic();
            if (request.Fresh)
            {
                _state.Forget();
            }
        }

        using var work = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var mongo = ServerPrograms.Mongo is not null && deployment?.KnowsMongo != false;
        var given = new Dictionary<string, string>(_given, StringComparer.Ordinal);
        request.Parameters.ToList().ForEach(p => given[p.Key] = p.Value);
        string Input(ParameterResource parameter, string input) =>
            _secrets.Value(parameter, input, given, deployment?.Configuration.Parameters);
        var plan = new SystemPlan(manifest, Input, mongo);
        CheckPasswordsStay(plan);
        var building = request.NoBuild || deployment is not null ? Task.CompletedTask : BuildAsync(manifest, work.Token);
        var servers = IsUp ? Task.FromResult(new Dictionary<string, Task>(StringComparer.Ordinal)) : StartServersAsync(plan, work.Token);
        await FirstFaultAsync(work, building, servers);
        (_plan, _scale, _deployment) = (plan, scale, deployment);
        await ReconcileAsync(_plan, await servers, work);
        (IsUp, _given) = (true, given);
        string[] inUse = [AppContext.BaseDirectory.TrimEnd('/'), .. _types.Values.SelectMany(t => t).Select(r => r.Spec.Folder)];
        _builds.Prune(inUse);
        Deployment.Prune(_state, inUse);
    }

    /// <summary>Where an assembly is run from: nothing changes there as long as it runs.</summary>
    private string FolderOf(string assembly) => _deployment?.FolderOf(assembly) ?? _builds.Freeze(assembly);

    private SortedDictionary<string, string> VariablesOf(SystemPlan plan, ProjectResource project, int replica, SystemAddresses addresses)
    {
        var variables = plan.EnvironmentOf(project, replica, addresses, options.Environment);
        foreach (var (name, value) in _deployment?.Configuration.Settings ?? [])
        {
            variables[name] = value;
        }

        return variables;
    }

    private async Task BuildAsync(AspireManifest manifest, CancellationToken cancellation)
    {
        await _builds.BuildProcessesAsync(manifest, message => board.Report("build", message, busy: true), cancellation);
        board.Report("build", "done");
    }

    private OneOff OneOffOf(string name, bool asOwner)
    {
        if (!IsUp || _plan?.Manifest.Projects.FirstOrDefault(p => p.Name == name) is not { } project)
        {
            throw new PizzeriaException(
                IsUp
                    ? $"There is no service \"{name}\". There are: {string.Join(", ", _types.Keys)}."
                    : "Not everything has started yet: ./pizzeria status says what has. Try again when it is ready."
            );
        }

        // A type without replicas has a configuration too.
        var spec = _types[name] is [var first, ..]
            ? first.Spec
            : new LaunchSpec(
                FolderOf(project.Assembly),
                project.Assembly,
                VariablesOf(_plan, project, 0, AddressesOf(_plan)),
                project.Args
            );
        var variables = spec.Overlay();
        if (asOwner && _plan.OwnersConnectionOf(project, AddressesOf(_plan)) is { } connection)
        {
            variables[$"ConnectionStrings__{name}db"] = connection;
        }

        return new OneOff(spec.Dll, spec.Folder, variables);
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
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Port {options.Port} cannot be had: {(owner is null ? e.Message : $"{owner} has it")}. Choose another: ./pizzeria up --port {options.Port + 1}"
                ),
                e
            );
        }
    }

    private Dictionary<string, int> ScaleFor(AspireManifest manifest, Deployment? deployment, Dictionary<string, int> asked)
    {
        var scale = deployment is null
            ? Replicas.FromSettings(options.Root, manifest)
            : manifest.Projects.ToDictionary(
                p => p.Name,
                p => deployment.Configuration.Replicas.GetValueOrDefault(p.Name, 1),
                StringComparer.Ordinal
            );
        // Another release brings its own.
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
            plan.Servers.ToDictionary(s => s.Container, s => _ports.Of(s.Name), StringComparer.Ordinal),
            plan.Manifest.Projects.ToDictionary(
                p => p.Name,
                IReadOnlyList<int> (p) =>
                    [.. Enumerable.Range(0, _scale[p.Name]).Select(i => PortOf(p.Name, i)), PortOf(p.Name, spare: true)],
                StringComparer.Ordinal
            )
        );

    private int PortOf(string name, int replica = 0, bool spare = false) =>
        _ports.Of(spare ? $"{name}/spare" : string.Create(CultureInfo.InvariantCulture, $"{name}/{replica}"));

    private bool IsExternal(string name) => _plan?.Manifest.Resources.GetValueOrDefault(name) is ProjectResource { IsExternal: true };

    private static string? VersionOf(SystemPlan plan, Dictionary<string, string> folders)
    {
        var project = plan.Manifest.Projects.FirstOrDefault(p => p.IsExternal) ?? plan.Manifest.Projects.FirstOrDefault();
        return project is null
            ? null
            : FileVersionInfo.GetVersionInfo(Path.Combine(folders[project.Assembly], project.Assembly + ".dll")).ProductVersion;
    }

    /// <summary>Waits for all, but ends with the first that fails, and then ends the others' work.</summary>
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
