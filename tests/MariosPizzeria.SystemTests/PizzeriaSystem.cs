using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using MariosPizzeria.SystemTests.Pages;

namespace MariosPizzeria.SystemTests;

/// <summary>
/// A running pizzeria with its own state folder, free ports and real servers. It is started once for all system tests, with four order
/// processes and two gateways on one port. A test that places dozens of orders delivers or cancels all of them, because the next test
/// may check the kitchen.
/// </summary>
public sealed class PizzeriaSystem : IAsyncLifetime
{
    private const string Scale = "order=4,gateway=2,kitchen=2,worker=2,scheduler=2";

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    private readonly string _state = Path.Combine(Path.GetTempPath(), "pizzeria-system-" + Guid.NewGuid().ToString("N")[..8]);
    private readonly int _port = FreePort();

    /// <summary>The public address.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}");

    public async Task InitializeAsync()
    {
        var (exit, output) = await CommandAsync("up", "--detach", "--port", $"{_port}", "--scale", Scale);
        exit.ShouldBe(0, output);
    }

    public async Task DisposeAsync()
    {
        var (exit, output) = await CommandAsync("down");
        exit.ShouldBe(0, output);
        Directory.Delete(_state, recursive: true);
    }

    /// <summary>Runs <c>./pizzeria</c> on this system.</summary>
    /// <returns>The exit code, and the output to stdout and stderr.</returns>
    public async Task<(int Exit, string Output)> CommandAsync(params string[] arguments)
    {
        using var process = Start(
            arguments,
            new()
            {
                ["PIZZERIA_STATE"] = _state,

                // One customer orders here as fast as a hundred customers would.
                ["RateLimits__OrdersPerUserPerMinute"] = "0",

                // Lost messages are sent again within seconds, not minutes.
                ["TellAgain__After"] = "00:00:05",
                ["TellAgain__Every"] = "00:00:01",
            }
        );
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Starts <c>./pizzeria</c> with redirected output.</summary>
    public static Process Start(string[] arguments, Dictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Root, "pizzeria"), .. arguments])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Returns the output of <c>status --json</c>.</summary>
    public async Task<JsonElement> StatusAsync()
    {
        var (exit, output) = await CommandAsync("status", "--json");
        exit.ShouldBe(0, output);
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Returns the replicas of a process type.</summary>
    public async Task<IReadOnlyList<Replica>> ReplicasAsync(string name) =>
        [
            .. (await StatusAsync())
                .GetProperty("processes")
                .EnumerateArray()
                .Where(process => process.GetProperty("name").GetString() == name)
                .Select(process => new Replica(
                    process.GetProperty("replica").GetInt32(),
                    process.GetProperty("pid") is { ValueKind: JsonValueKind.Number } pid ? pid.GetInt32() : null,
                    process.GetProperty("ready").GetBoolean(),
                    process.GetProperty("restarts").GetInt32()
                )),
        ];

    /// <summary>Returns the pid of a server.</summary>
    public async Task<int> ServerPidAsync(string name) =>
        (await StatusAsync())
            .GetProperty("servers")
            .EnumerateArray()
            .Single(server => server.GetProperty("name").GetString() == name)
            .GetProperty("pid")
            .GetInt32();

    /// <summary>Connects to the system's broker as the processes do.</summary>
    public async Task<Broker> BrokerAsync()
    {
        var address = (await StatusAsync())
            .GetProperty("servers")
            .EnumerateArray()
            .Single(server => server.GetProperty("name").GetString() == "rabbitmq")
            .GetProperty("address")
            .GetString()!;
        var secrets = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_state, "secrets.json"))).RootElement;
        return await SystemTests.Broker.ConnectAsync(address, secrets.GetProperty("rabbitmq-password").GetString()!);
    }

    /// <summary>Kills a process with SIGKILL, without a graceful shutdown.</summary>
    public static void Kill(int? pid)
    {
        using var process = Process.GetProcessById(pid.ShouldNotBeNull());
        process.Kill();
    }

    /// <summary>Sends SIGTERM to a process.</summary>
    public static async Task TerminateAsync(int? pid)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{pid}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until all processes and servers are ready.</summary>
    public Task UntilReadyAsync() =>
        Eventually.HoldsAsync(async () => (await StatusAsync()).GetProperty("ready").GetBoolean(), "the system is ready");

    // Below the ports that Linux assigns to outgoing connections and to listeners without a fixed port: one of those could take the port
    // before the gateway listens. Also below the ports that process hosts choose for their processes.
    private static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(10_000, 20_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Another process listens on the port.
            }
        }
    }

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "MariosPizzeria.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("The tests run inside the repository.");
    }
}

/// <summary>One process of a type; it has no pid while it restarts.</summary>
public sealed record Replica(int Number, int? Pid, bool Ready, int Restarts);

/// <summary>All system tests share one system and one browser, so they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SystemCollection : ICollectionFixture<PizzeriaSystem>, ICollectionFixture<Browser>
{
    public const string Name = "system";
}
