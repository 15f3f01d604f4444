using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ProcessHost.Servers;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MariosPizzeria.IntegrationTests.Documents.Mongo;

/// <summary>
/// The server that speaks MongoDB's protocol in this run: the one that <c>MONGODB_UNDER_TEST</c> names (<c>mongodb://host:port/</c>),
/// else a private mongod, else a container, where the machine has one of them.
/// </summary>
internal static class MongoUnderTest
{
    private const string Image = "docker.io/library/mongo:8";

    private static readonly Lazy<Task<string>> Server = new(Start);

    /// <summary>Where it is; a database's name can be appended.</summary>
    public static Task<string> Address => Server.Value;

    private static async Task<string> Start()
    {
        if (Environment.GetEnvironmentVariable("MONGODB_UNDER_TEST") is { Length: > 0 } address)
        {
            return address.TrimEnd('/') + "/";
        }

        // The container only where there is no mongod; where neither is, mongod's own complaint says what to install.
        return HasMongod() ? await StartMongod() : await StartContainer("docker") ?? await StartContainer("podman") ?? await StartMongod();
    }

    private static bool HasMongod() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "mongod")));

    private static async Task<string> StartMongod()
    {
        var server = new MongoServer(new());
        await server.StartAsync(CancellationToken.None);
        SharedServers.AtTheEnd(async () => await server.DisposeAsync());
        return string.Create(CultureInfo.InvariantCulture, $"mongodb://127.0.0.1:{server.Port}/");
    }

    private static async Task<string?> StartContainer(string engine)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"marios-pizzeria-test-mongo-{Environment.ProcessId}");
        if (await Run(engine, "run", "--rm", "--detach", "--name", name, "--publish", "127.0.0.1::27017", Image) is null)
        {
            return null;
        }

        SharedServers.AtTheEnd(() => Run(engine, "rm", "--force", name));
        var address = $"mongodb://{(await Run(engine, "port", name, "27017/tcp"))!.Trim()}/";
        using var client = new MongoClient(address);
        await Eventually.Until(
            "the container's MongoDB answers",
            async () => await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)) is not null
        );
        return address;
    }

    private static async Task<string?> Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var output = process.StandardOutput.ReadToEndAsync();
            await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? await output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // not installed
        }
    }
}
