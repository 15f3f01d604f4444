using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Plan;
using MariosPizzeria.ProcessHost.Releases;
using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria up</c></summary>
internal static class UpCommand
{
    private const int UsualPort = 8000;
    private const long LeastFreeBytes = 1L << 30;
    private static readonly TimeSpan HostStartDeadline = TimeSpan.FromSeconds(20);

    /// <summary>What was asked for on the command line.</summary>
    internal sealed record UpOptions(bool Detach, string[] Scale, int? Port, bool Fresh, string? Environment, bool NoBuild)
    {
        /// <summary>The release to run instead of the checkout's own build.</summary>
        public Deployment? Deployment { get; init; }

        /// <summary>Called once everything is ready.</summary>
        public Action? OnReady { get; init; }
    }

    public static Command Create()
    {
        var detach = new Option<bool>("--detach", "-d") { Description = "Return once all is ready; the system goes on." };
        var scale = new Option<string[]>("--scale")
        {
            Description = "Replicas by process type: order=4,kitchen=2.",
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = false,
        };
        var port = PortOption();
        var fresh = new Option<bool>("--fresh") { Description = "Forget earlier data, and restart if running." };
        var environment = new Option<string?>("--environment") { Description = "Development (the default), Staging, Production …" };
        var noBuild = new Option<bool>("--no-build") { Description = "Take the build as it is." };
        var command = new Command("up", "Starts everything: servers, migrations, processes; on a running system, applies what changed.")
        {
            detach,
            scale,
            port,
            fresh,
            environment,
            noBuild,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(
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

    /// <summary>The public port, by all commands that start something.</summary>
    internal static Option<int?> PortOption()
    {
        var port = new Option<int?>("--port") { Description = "The gateway's port on 127.0.0.1 (8000)." };
        port.Validators.Add(given =>
        {
            if (given.Tokens is [var token] && !(ushort.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) && number > 0))
            {
                given.AddError($"--port {token.Value}: a port is a number from 1 to {ushort.MaxValue}.");
            }
        });
        return port;
    }

    private static async Task<int> RunAsync(UpOptions wish, CancellationToken cancellation)
    {
        var checkout = Checkout.Find();
        return await ApplyAsync(checkout, wish, cancellation);
    }

    /// <summary>Brings the system, as plain processes, to what is wished for.</summary>
    internal static async Task<int> ApplyAsync(Checkout checkout, UpOptions wish, CancellationToken cancellation)
    {
        // What is wrong with the manifest is said before anything is started.
        var scale = Replicas.Parse(wish.Scale);
        var manifest = AspireManifest.Read(
            wish.Deployment is { } release ? Path.Combine(release.Folder, AspireManifest.FileName) : checkout.ManifestPath
        );
        _ = SystemPlan.KindsOf(manifest, mongo: false).ToList();
        CheckDisk(checkout.State);

        var host = await ControlClient.ConnectAsync(checkout.State, cancellation);
        if (host is not null && wish.Fresh)
        {
            host.Dispose();
            await DownCommand.RunAsync(checkout.State, cancellation);
            host = null;
        }

        var running = host is not null;
        if (running && StateFolder.Read<HostRecord>(checkout.State.HostRecord) is { } record)
        {
            CheckFits(record, wish);
        }

        // A signal that comes while the host starts is as good as one that comes later.
        using var stop = new StopOnSignal(checkout.State, enabled: !running && !wish.Detach);
        host ??= await StartHostAsync(checkout, wish, cancellation);
        var request = new HostRequest("up")
        {
            Scale = scale,
            Fresh = wish.Fresh && !running,
            NoBuild = wish.NoBuild,
            Deployment = wish.Deployment,
            Parameters = Secrets.GivenByVariables(manifest),
        };
        var answer = await ProgressView.ShowAsync(view => ControlClient.AskAsync(host, request, view.On, cancellation));
        if (answer?.Status is not { } status)
        {
            return await stop.WaitAsync()
                ? 0
                : throw new PizzeriaException($"The host ended while it started. Its last lines:\n{LogTail.Of(checkout.State.HostLog)}");
        }

        wish.OnReady?.Invoke();
        StatusTable.WriteWelcome(status, StateFolder.Read<HostRecord>(checkout.State.HostRecord)?.Environment);
        if (running || wish.Detach)
        {
            return 0;
        }

        Console.WriteLine("Ctrl-C stops everything.");
        return await FollowAsync(checkout.State, stop, cancellation);
    }

    /// <summary>Shows every change until somebody stops it.</summary>
    private static async Task<int> FollowAsync(StateFolder state, StopOnSignal stop, CancellationToken cancellation)
    {
        if (await ControlClient.ConnectAsync(state, cancellation) is { } watched)
        {
            await ControlClient.AskAsync(
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

    private static async Task<Socket> StartHostAsync(Checkout checkout, UpOptions wish, CancellationToken cancellation)
    {
        // The host, too, runs from a copy: a build must not change it while it runs. A release brings its own.
        var assembly = typeof(UpCommand).Assembly.GetName().Name!;
        var folder =
            wish.Deployment?.Host ?? new Builds(checkout.Root, checkout.State).Freeze(assembly, AppContext.BaseDirectory.TrimEnd('/'));
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
            (wish.Port ?? UsualPort).ToString(CultureInfo.InvariantCulture),
            "--environment",
            wish.Environment ?? "Development",
        ];
        using var process = Child.StartDetached("dotnet", arguments, checkout.State.HostLog, ProcessRegistry.MarkOf(checkout.State));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < HostStartDeadline)
        {
            // Also another host's, if two were started at once: the state folder has only one.
            if (await ControlClient.ConnectAsync(checkout.State, cancellation) is { } host)
            {
                return host;
            }

            if (process.HasExited && HostCommand.TryLock(checkout.State) is { } free)
            {
                await free.DisposeAsync();
                break;
            }

            await Task.Delay(20, cancellation);
        }

        throw new PizzeriaException($"The host did not start. Its last lines:\n{LogTail.Of(checkout.State.HostLog)}");
    }

    /// <summary>What cannot be changed while it runs is not passed over in silence.</summary>
    private static void CheckFits(HostRecord running, UpOptions wish)
    {
        if ((wish.Port ?? running.Port) != running.Port || (wish.Environment ?? running.Environment) != running.Environment)
        {
            throw new PizzeriaException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"It is running on port {running.Port} in {running.Environment}, which takes a new start to change: ./pizzeria down, then up."
                )
            );
        }
    }

    private static void CheckDisk(StateFolder state)
    {
        var free = new DriveInfo(state.Path).AvailableFreeSpace;
        if (free < LeastFreeBytes)
        {
            throw new PizzeriaException(
                string.Create(CultureInfo.InvariantCulture, $"The disk is full: {free >> 20} MiB free at {state.Path}, 1024 are needed.")
            );
        }
    }

    /// <summary>In the foreground, Ctrl-C, SIGTERM and a closed terminal stop the whole system.</summary>
    private sealed class StopOnSignal : IDisposable
    {
        private readonly StateFolder _state;
        private readonly List<PosixSignalRegistration> _signals = [];
        private Task? _stopping;

        public StopOnSignal(StateFolder state, bool enabled)
        {
            _state = state;
            foreach (var signal in enabled ? new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP } : [])
            {
                _signals.Add(PosixSignalRegistration.Create(signal, Stop));
            }
        }

        /// <summary>Waits for the stop, if there was a signal. False if there was none.</summary>
        public async Task<bool> WaitAsync()
        {
            if (_stopping is null)
            {
                return false;
            }

            await _stopping;
            return true;
        }

        public void Dispose() => _signals.ForEach(s => s.Dispose());

        private void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            _stopping ??= Task.Run(async () =>
            {
                // The host may be just about to listen.
                for (var asked = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(asked) < HostStartDeadline; await Task.Delay(20))
                {
                    if (await ControlClient.ConnectAsync(_state, CancellationToken.None) is { } host)
                    {
                        await ControlClient.AskAsync(host, new HostRequest("stop"), null, CancellationToken.None);
                        return;
                    }
                }
            });
        }
    }
}
