using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>A private mongod, reachable from this machine alone and therefore without users.</summary>
public sealed class MongoServer(ServerSettings settings) : BackingServer(ServerKind.Mongo, settings, user: null)
{
    private protected override Task PrepareAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "data"));
        return Task.CompletedTask;
    }

    private protected override Task<Process> LaunchAsync(CancellationToken cancellation)
    {
        var program =
            ServerPrograms.Mongo
            ?? throw new PizzeriaException($"MongoDB is not installed. To get it: {Packages.CommandFor([Packages.For(ServerKind.Mongo)])}");
        string[] arguments =
        [
            "--dbpath",
            Path.Combine(Folder, "data"),
            "--port",
            Port.ToString(CultureInfo.InvariantCulture),
            "--bind_ip",
            "127.0.0.1",
            "--nounixsocket",
        ];
        return Task.FromResult(Child.Start(new ChildStart(program, arguments) { LogFile = LogFile, Record = Record() }));
    }

    private protected override Task<bool> IsReadyAsync(CancellationToken cancellation) => LoopbackPort.AnswersAsync(Port, cancellation);
}
