using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MariosPizzeria.SystemTests.Pages;

namespace MariosPizzeria.SystemTests;

/// <summary>
/// A running pizzeria of its own: own state folder, free ports, real servers. Started once for all system tests, with four order
/// processes and two gateways on one port. Who orders by the dozen delivers or cancels it all: the next may look at the kitchen.
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
        var (exit, output) = await Command("up", "--detach", "--port", $"{_port}", "--scale", Scale);
        exit.ShouldBe(0, output);
    }

    public async Task DisposeAsync()
    {
        var (exit, output) = await Command("down");
        exit.ShouldBe(0, output);
        Directory.Delete(_state, recursive: true);
    }

    /// <summary>Runs <c>./pizzeria</c> on this system.</summary>
    /// <returns>Its exit code, and what it wrote to stdout and stderr.</returns>
    public async Task<(int Exit, string Output)> Command(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("bash", [Path.Combine(Root, "pizzeria"), .. arguments])
            {
                WorkingDirectory = Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment =
                {
                    ["PIZZERIA_STATE"] = _state,

                    // One customer orders here as fast as a hundred would.
                    ["RateLimits__OrdersPerUserPerMinute"] = "0",

                    // Lost messages are told again within seconds, not minutes.
                    ["TellAgain__After"] = "00:00:05",
                    ["TellAgain__Every"] = "00:00:01",
                },
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>What <c>status --json</c> says.</summary>
    public async Task<JsonElement> Status()
    {
        var (exit, output) = await Command("status", "--json");
        exit.ShouldBe(0, output);
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>The replicas of a process type.</summary>
    public async Task<IReadOnlyList<Replica>> Replicas(string name) =>
        [
            .. (await Status())
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

    /// <summary>The server's pid.</summary>
    public async Task<int> ServerPid(string name) =>
        (await Status())
            .GetProperty("servers")
            .EnumerateArray()
            .Single(server => server.GetProperty("name").GetString() == name)
            .GetProperty("pid")
            .GetInt32();

    /// <summary>Connects to the system's broker as the processes do.</summary>
    public async Task<Broker> Broker()
    {
        var address = (await Status())
            .GetProperty("servers")
            .EnumerateArray()
            .Single(server => server.GetProperty("name").GetString() == "rabbitmq")
            .GetProperty("address")
            .GetString()!;
        var secrets = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_state, "secrets.json"))).RootElement;
        return await SystemTests.Broker.Connect(address, secrets.GetProperty("rabbitmq-password").GetString()!);
    }

    /// <summary>SIGKILL: no last word for the process.</summary>
    public static void Kill(int? pid)
    {
        using var process = Process.GetProcessById(pid.ShouldNotBeNull());
        process.Kill();
    }

    /// <summary>SIGTERM.</summary>
    public static async Task Terminate(int? pid)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{pid}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until all processes and servers are ready.</summary>
    public Task UntilReady() =>
        Eventually.Holds(async () => (await Status()).GetProperty("ready").GetBoolean(), TimeSpan.FromSeconds(60), "the system is ready");

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
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

/// <summary>One process of a type; without a pid while it is being started again.</summary>
public sealed record Replica(int Number, int? Pid, bool Ready, int Restarts);

/// <summary>All system tests share one system and one browser, and so run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SystemCollection : ICollectionFixture<PizzeriaSystem>, ICollectionFixture<Browser>
{
    public const string Name = "system";
}
