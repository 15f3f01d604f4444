using System.Net.Sockets;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary>The options of the command line.</summary>
internal sealed record UpOptions(
    bool Detach,
    string[] Scale,
    int? Port = null,
    bool Fresh = false,
    string? Environment = null,
    bool NoBuild = false
)
{
    /// <summary>The release to run instead of the checkout's own build.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>The folder of an unpacked backup from which a new system is restored.</summary>
    public string? Restore { get; init; }

    public Action? OnReady { get; init; }
}

internal static class UpCommand
{
    private const long LeastFreeBytes = 1L << 30;
    private static readonly TimeSpan HostStartTimeout = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var command = new Command("up", "Starts everything: servers, migrations, processes; on a running system, applies what changed.");
        var detach = command.DetachOption();
        var scale = command.Option<string[]>("--scale", "Replicas by process type: order=4,kitchen=2.");
        scale.DefaultValueFactory = _ => [];
        var port = command.PortOption();
        var fresh = command.Option<bool>("--fresh", "Delete earlier data, and restart if running.");
        var environment = command.Option<string?>("--environment", "Development (the default), Staging, Production …");
        var noBuild = command.Option<bool>("--no-build", "Use the existing build.");
        command.SetAction(
            (parsed, cancellation) =>
                ApplyAsync(
                    Checkout.Find(),
                    new UpOptions(
                        parsed.GetValue(detach),
                        parsed.GetValue(scale)!,
                        parsed.GetValue(port),
                        parsed.GetValue(fresh),
                        parsed.GetValue(environment),
                        parsed.GetValue(noBuild)
                    ),
                    cancellation
                )
        );
        return command;
    }

    /// <summary>Starts the system as plain processes, or applies the options to the running system.</summary>
    internal static async Task<int> ApplyAsync(Checkout checkout, UpOptions options, CancellationToken cancellation)
    {
        // Errors in the manifest are reported before anything is started.
        var scale = Replicas.Parse(options.Scale);
        var manifest = AspireManifest.Read(
            options.Deployment is { } release ? Path.Combine(release.Folder, AspireManifest.FileName) : checkout.ManifestPath
        );
        _ = SystemPlan.KindsOf(manifest, mongo: false).ToList();
        CheckDisk(checkout.State);

        var host = await ControlClient.ConnectAsync(checkout.State, cancellation);
        if (host is not null && options.Fresh)
        {
            host.Dispose();
            await DownCommand.RunAsync(checkout.State, cancellation);
            host = null;
        }

        var running = host is not null;
        if (running && StateFolder.Read<HostRecord>(checkout.State.HostRecord) is { } record)
        {
            CheckFits(record, options);
        }

        // A signal during the start of the host has the same effect as a later one.
        using var stop = new StopOnSignal(checkout.State, enabled: !running && !options.Detach);
        host ??= await StartHostAsync(checkout, options, cancellation);
        var request = new HostRequest("up")
        {
            Scale = scale,
            Fresh = options.Fresh && !running,
            Restore = options.Restore,
            NoBuild = options.NoBuild,
            Deployment = options.Deployment,
            Parameters = Secrets.GivenByVariables(manifest),
        };
        var answer = await ProgressView.ShowAsync(view => ControlClient.SendAsync(host, request, view.On, cancellation));
        if (answer?.Status is not { } status)
        {
            return await stop.WaitAsync()
                ? 0
                : throw new PizzeriaException($"The host ended while starting. Its last lines:\n{Files.Tail(checkout.State.HostLog)}");
        }

        options.OnReady?.Invoke();
        StatusTable.WriteWelcome(status, StateFolder.Read<HostRecord>(checkout.State.HostRecord)?.Environment);
        if (running || options.Detach)
        {
            return 0;
        }

        Console.WriteLine("Ctrl-C stops everything.");
        return await FollowAsync(checkout.State, stop, cancellation);
    }

    /// <summary>Shows every change until the system is stopped.</summary>
    private static async Task<int> FollowAsync(StateFolder state, StopOnSignal stop, CancellationToken cancellation)
    {
        if (await ControlClient.ConnectAsync(state, cancellation) is { } watched)
        {
            await ControlClient.SendAsync(
                watched,
                new HostRequest("watch"),
                change => Console.WriteLine($"{DateTime.Now:HH:mm:ss}  {change.Name}: {change.State}"),
                cancellation
            );
        }

        await stop.WaitAsync();
        Console.WriteLine("Everything has stopped.");
        return 0;
    }

    private static async Task<Socket> StartHostAsync(Checkout checkout, UpOptions options, CancellationToken cancellation)
    {
        // The host also runs from a copy: a build must not change it while it runs. A release contains its own host.
        var assembly = typeof(UpCommand).Assembly.GetName().Name!;
        var folder =
            options.Deployment?.Host
            ?? new Builds(checkout.Root, checkout.State).CopyOutputs(assembly, AppContext.BaseDirectory.TrimEnd('/'));
        File.Delete(checkout.State.HostLog);
        string[] arguments =
        [
            Path.Combine(folder, assembly + ".dll"),
            HostCommand.Name,
            "--root",
            checkout.Root,
            "--state",
            checkout.State.Path,
            "--port",
            (options.Port ?? CommandExtensions.UsualPort).ToString(),
            "--environment",
            options.Environment ?? "Development",
        ];
        using var process = ChildProcess.StartDetached("dotnet", arguments, checkout.State.HostLog, ProcessRegistry.MarkOf(checkout.State));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < HostStartTimeout)
        {
            // If two hosts were started at once, this may connect to the other one: a state folder has only one host.
            if (await ControlClient.ConnectAsync(checkout.State, cancellation) is { } host)
            {
                return host;
            }

            if (process.HasExited && Files.TryLock(checkout.State.HostLock) is { } free)
            {
                await free.DisposeAsync();
                break;
            }

            await Task.Delay(20, cancellation);
        }

        throw new PizzeriaException($"The host did not start. Its last lines:\n{Files.Tail(checkout.State.HostLog)}");
    }

    /// <summary>Fails if the options differ from the running system in something that can't be changed while it runs.</summary>
    private static void CheckFits(HostRecord running, UpOptions options)
    {
        if ((options.Port ?? running.Port) != running.Port || (options.Environment ?? running.Environment) != running.Environment)
        {
            throw new PizzeriaException(
                $"It is running on port {running.Port} in {running.Environment}; changing this needs a restart: ./pizzeria down, then up."
            );
        }
    }

    private static void CheckDisk(StateFolder state)
    {
        var free = new DriveInfo(state.Path).AvailableFreeSpace;
        if (free < LeastFreeBytes)
        {
            throw new PizzeriaException($"The disk is full: {free >> 20} MiB free at {state.Path}, 1024 are needed.");
        }
    }

    /// <summary>In the foreground, Ctrl-C, SIGTERM and a closed terminal stop the whole system.</summary>
    private sealed class StopOnSignal : IDisposable
    {
        private readonly StateFolder _state;
        private readonly SignalHandler _signals;
        private Task? _stopping;

        public StopOnSignal(StateFolder state, bool enabled)
        {
            _state = state;
            _signals = new SignalHandler(_ => _stopping ??= Task.Run(StopAsync), enabled ? SignalHandler.Ending : []);
        }

        /// <summary>Waits for the stop if there was a signal; returns false if there was none.</summary>
        public async Task<bool> WaitAsync()
        {
            if (_stopping is null)
            {
                return false;
            }

            await _stopping;
            return true;
        }

        public void Dispose() => _signals.Dispose();

        private async Task StopAsync()
        {
            // The host may not listen yet.
            for (var asked = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(asked) < HostStartTimeout; await Task.Delay(20))
            {
                if (await ControlClient.ConnectAsync(_state, CancellationToken.None) is { } host)
                {
                    await ControlClient.SendAsync(host, new HostRequest("stop"), null, CancellationToken.None);
                    return;
                }
            }
        }
    }
}
