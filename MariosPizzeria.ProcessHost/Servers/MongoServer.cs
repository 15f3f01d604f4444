namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>A private mongod, reachable from this machine alone and therefore without users.</summary>
public sealed class MongoServer(ServerSettings settings) : BackingServer(ServerKind.Mongo, settings, user: null)
{
    public override ProgramStart Command =>
        new(
            ServerPrograms.Mongo ?? throw NotInstalled(Kind),
            "--dbpath",
            Path.Combine(Folder, "data"),
            "--port",
            Port.ToString(),
            "--bind_ip",
            "127.0.0.1",
            "--nounixsocket"
        );

    private protected override Task PrepareFilesAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "data"));
        return Task.CompletedTask;
    }

    public override Task<bool> AnswersAsync(CancellationToken cancellation) => LoopbackPort.AnswersAsync(Port, cancellation);
}
