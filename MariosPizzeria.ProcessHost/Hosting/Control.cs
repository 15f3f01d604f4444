using System.Net.Sockets;
using System.Threading.Channels;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>The record by which commands find a running host.</summary>
/// <param name="Port">The public port.</param>
/// <param name="Environment">Development, Staging …</param>
internal sealed record HostRecord(ProcessIdentity Process, string Socket, int Port, string Environment);

internal sealed record HostRequest(string Command)
{
    public Dictionary<string, int> Scale { get; init; } = [];

    public bool Fresh { get; init; }

    /// <summary>The folder of an unpacked backup. New databases are filled from it before any process uses them.</summary>
    public string? Restore { get; init; }

    public bool NoBuild { get; init; }

    /// <summary>The release to run from now on; null keeps what runs or, on a first start, takes the checkout's own build.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>The manifest's parameters from the caller's variables. Values of an earlier call apply until a call changes them.</summary>
    public Dictionary<string, string> Parameters { get; init; } = [];

    public string Name { get; init; } = "";

    /// <summary>Whether a one-off command signs in to its database as the server's owner, which it needs to create a user.</summary>
    public bool AsOwner { get; init; }

    public bool Rolling { get; init; }
}

/// <summary>One line of a host's response; in the last line, <see cref="Done"/> is true.</summary>
internal sealed record HostReply
{
    public Change? Change { get; init; }

    public bool Done { get; init; }

    public string? Error { get; init; }

    public SystemStatus? Status { get; init; }

    public OneOffLaunch? OneOff { get; init; }
}

/// <summary>The output of <c>status --json</c> (contract §1).</summary>
/// <param name="Release">The running release; null if the checkout's own build runs.</param>
internal sealed record SystemStatus(
    string? Version,
    string? Gateway,
    bool Ready,
    IReadOnlyList<ProcessStatus> Processes,
    IReadOnlyList<ServerStatus> Servers,
    string? Release
)
{
    public static SystemStatus NothingRuns { get; } = new(null, null, false, [], [], null);
}

internal sealed record ProcessStatus(
    string Name,
    int Replica,
    int? Pid,
    string Url,
    string State,
    bool Ready,
    int Restarts,
    DateTimeOffset Since
);

internal sealed record ServerStatus(
    string Name,
    string Kind,
    int? Pid,
    string Address,
    string State,
    bool Ready,
    int Restarts,
    DateTimeOffset Since
);

/// <summary>The program, folder and environment for a one-off command with a service's configuration.</summary>
internal sealed record OneOffLaunch(string Dll, string Folder, Dictionary<string, string?> Environment)
{
    public Task<ToolResult> RunAsync(string[] words, CancellationToken cancellation) =>
        ChildProcess.RunAsync("dotnet", [Dll, .. words], cancellation, workingDirectory: Folder, environment: Environment);
}

/// <summary>Answers requests on a Unix domain socket in a folder only its owner may enter.</summary>
internal sealed class ControlServer(Supervisor supervisor, ProgressNotifier board) : IDisposable
{
    private static readonly TimeSpan AcceptAgain = TimeSpan.FromMilliseconds(200);

    // Not in the state folder: a socket's path may be 107 bytes long at most, a checkout's may be longer.
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pizzeria-");
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public string Path => System.IO.Path.Combine(_folder.FullName, "host.sock");

    /// <summary>Listens, and answers requests until the token is cancelled.</summary>
    public void Start(CancellationToken cancellation)
    {
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
        _socket.Listen();
        _ = Task.Run(() => AcceptAsync(cancellation), cancellation);
    }

    public void Dispose()
    {
        _socket.Dispose();
        Files.DeleteFolder(_folder.FullName);
    }

    private async Task AcceptAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            Socket connection;
            try
            {
                connection = await _socket.AcceptAsync(cancellation);
            }
            catch (SocketException)
            {
                // Too many open files, for example. That passes; if the loop ended here, the host could not even be stopped.
                await Task.Delay(AcceptAgain, cancellation);
                continue;
            }

            _ = Task.Run(() => ServeAsync(connection, cancellation), cancellation);
        }
    }

    private async Task ServeAsync(Socket connection, CancellationToken cancellation)
    {
        await using var stream = new NetworkStream(connection, ownsSocket: true);
        using var reader = new StreamReader(stream);
        try
        {
            var request = ControlLine.Read<HostRequest>(await reader.ReadLineAsync(cancellation) ?? "{}");
            var watched = request.Command is "status" or "one-off" ? null : board.Watch();
            var forwarding = watched is null ? Task.CompletedTask : ForwardAsync(watched.Reader, stream);
            var last = await HandleAsync(request);
            if (watched is not null)
            {
                board.Unwatch(watched);
            }

            await forwarding;
            await ControlLine.WriteAsync(stream, last with { Done = true }, CancellationToken.None);
            if (request.Command == "stop" || (last.Error is not null && request.Command == "up" && !supervisor.IsUp))
            {
                supervisor.Ended.TrySetResult();
            }
        }
        catch (Exception e) when (e is IOException or JsonException or OperationCanceledException)
        {
            // The client has disconnected; its request continues.
        }
    }

    private async Task<HostReply> HandleAsync(HostRequest request)
    {
        try
        {
            return await supervisor.HandleAsync(request);
        }
        catch (PizzeriaException e)
        {
            return new HostReply { Error = e.Message };
        }
        catch (OperationCanceledException)
        {
            return new HostReply { Error = "Stopped." };
        }
        catch (Exception e)
        {
            board.Report("host", e.ToString());
            return new HostReply { Error = $"The host failed: {e.Message}" };
        }
    }

    private static async Task ForwardAsync(ChannelReader<Change> changes, NetworkStream stream)
    {
        try
        {
            await foreach (var change in changes.ReadAllAsync(CancellationToken.None))
            {
                await ControlLine.WriteAsync(stream, new HostReply { Change = change }, CancellationToken.None);
            }
        }
        catch (IOException)
        {
            // The client has disconnected; its request continues.
        }
    }
}

/// <summary>Reads and writes requests and replies as JSON objects, one per line.</summary>
internal static class ControlLine
{
    public static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web)!;

    public static ValueTask WriteAsync<T>(NetworkStream stream, T value, CancellationToken cancellation) =>
        stream.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web), (byte)'\n'], cancellation);
}

/// <summary>Sends the requests of commands to a running host.</summary>
internal static class ControlClient
{
    /// <summary>The message of commands that need a running system.</summary>
    public const string NothingRuns = "Nothing is running. To start everything: ./pizzeria up";

    /// <summary>Connects to the host of a state folder; null if none runs.</summary>
    public static async Task<Socket?> ConnectAsync(StateFolder state, CancellationToken cancellation)
    {
        if (StateFolder.Read<HostRecord>(state.HostRecord) is not { Process.IsAlive: true } record)
        {
            return null;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(record.Socket), cancellation);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Sends a request to the host of a state folder; null if none runs, or it ended without an answer.</summary>
    /// <exception cref="PizzeriaException">The host could not carry out the request.</exception>
    public static async Task<HostReply?> SendAsync(StateFolder state, HostRequest request, CancellationToken cancellation) =>
        await ConnectAsync(state, cancellation) is { } host ? await SendAsync(host, request, onChange: null, cancellation) : null;

    /// <summary>Returns how to run a one-off command of a service.</summary>
    /// <param name="asOwner">Whether the command signs in to its database as the server's owner.</param>
    /// <exception cref="PizzeriaException">No host runs, or it could not carry out the request.</exception>
    public static async Task<OneOffLaunch> OneOffAsync(
        StateFolder state,
        string service,
        CancellationToken cancellation,
        bool asOwner = false
    )
    {
        var reply = await SendAsync(state, new HostRequest("one-off") { Name = service, AsOwner = asOwner }, cancellation);
        return reply?.OneOff ?? throw new PizzeriaException(NothingRuns);
    }

    /// <summary>Sends a request and passes on changes until the response is complete; null if the host ended without an answer.</summary>
    /// <exception cref="PizzeriaException">The host could not carry out the request.</exception>
    public static async Task<HostReply?> SendAsync(
        Socket host,
        HostRequest request,
        Action<Change>? onChange,
        CancellationToken cancellation
    )
    {
        await using var stream = new NetworkStream(host, ownsSocket: true);
        using var reader = new StreamReader(stream);
        try
        {
            await ControlLine.WriteAsync(stream, request, cancellation);
            while (await reader.ReadLineAsync(cancellation) is { } line)
            {
                var reply = ControlLine.Read<HostReply>(line);
                if (reply.Change is not null)
                {
                    onChange?.Invoke(reply.Change);
                }

                if (reply.Done)
                {
                    return reply.Error is null ? reply : throw new PizzeriaException(reply.Error);
                }
            }
        }
        catch (IOException)
        {
            // The host has ended.
        }

        return null;
    }
}
