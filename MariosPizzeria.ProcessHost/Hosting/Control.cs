using System.Net.Sockets;
using System.Text.Json;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Releases;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>How a running host is found.</summary>
/// <param name="Process">The host itself.</param>
/// <param name="Socket">Its control socket.</param>
/// <param name="Port">The public port.</param>
/// <param name="Environment">Development, Staging …</param>
internal sealed record HostRecord(ProcessIdentity Process, string Socket, int Port, string Environment);

/// <summary>What is asked of a running host.</summary>
internal sealed record HostRequest(string Command)
{
    public Dictionary<string, int> Scale { get; init; } = [];

    /// <summary>Forget earlier data before starting.</summary>
    public bool Fresh { get; init; }

    /// <summary>Take the build as it is.</summary>
    public bool NoBuild { get; init; }

    /// <summary>The release to run from now on; without one, what runs goes on, or the checkout's own build starts.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>The manifest's parameters that the caller's variables give; those given to an earlier call hold until another value comes.</summary>
    public Dictionary<string, string> Parameters { get; init; } = [];

    public string Name { get; init; } = "";

    /// <summary>Have a one-off process sign in to its database as the server's owner: it makes a user.</summary>
    public bool AsOwner { get; init; }

    public bool Rolling { get; init; }
}

/// <summary>One line of a host's answer; the last one is done.</summary>
internal sealed record HostReply
{
    public Change? Change { get; init; }

    public bool Done { get; init; }

    /// <summary>Why it was not done.</summary>
    public string? Error { get; init; }

    public SystemStatus? Status { get; init; }

    public OneOff? OneOff { get; init; }
}

/// <summary>What <c>status --json</c> shows (contract §1).</summary>
internal sealed record SystemStatus(
    string? Version,
    string? Gateway,
    bool Ready,
    IReadOnlyList<ProcessStatus> Processes,
    IReadOnlyList<ServerStatus> Servers
)
{
    /// <summary>The release that runs; null where it is the checkout's own build.</summary>
    public string? Release { get; init; }

    public static SystemStatus NothingRuns { get; } = new(null, null, false, [], []);
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

/// <summary>How to run a command with a service's configuration.</summary>
internal sealed record OneOff(string Dll, string Folder, Dictionary<string, string?> Environment);

/// <summary>Answers requests on a Unix domain socket in a folder only its owner may enter.</summary>
internal sealed class ControlServer(Supervisor supervisor, ProgressBoard board) : IDisposable
{
    private static readonly TimeSpan AcceptAgain = TimeSpan.FromMilliseconds(200);

    // Not in the state folder: a socket's path may be 107 bytes long at most, a checkout's may be longer.
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pizzeria-");
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public string Path => System.IO.Path.Combine(_folder.FullName, "host.sock");

    /// <summary>Listens; answers until the token ends it.</summary>
    public void Start(CancellationToken cancellation)
    {
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
        _socket.Listen();
        _ = Task.Run(() => AcceptAsync(cancellation), cancellation);
    }

    public void Dispose()
    {
        _socket.Dispose();
        if (_folder.Exists)
        {
            _folder.Delete(recursive: true);
        }
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
                // Too many open files, for one: that passes, and a host that answers nobody can't even be stopped.
                await Task.Delay(AcceptAgain, cancellation);
                continue;
            }

            _ = Task.Run(() => ServeAsync(connection, cancellation), cancellation);
        }
    }

    private async Task ServeAsync(Socket connection, CancellationToken cancellation)
    {
        using var owned = connection;
        await using var stream = new NetworkStream(connection);
        using var reader = new StreamReader(stream);
        try
        {
            var request = JsonSerializer.Deserialize<HostRequest>(
                await reader.ReadLineAsync(cancellation) ?? "{}",
                JsonSerializerOptions.Web
            )!;
            var watched = request.Command is "status" or "one-off" ? null : board.Watch();
            var forwarding = watched is null ? Task.CompletedTask : ForwardAsync(watched.Reader);
            HostReply last;
            try
            {
                last = await supervisor.HandleAsync(request);
            }
            catch (Exception e) when (e is PizzeriaException or OperationCanceledException)
            {
                last = new HostReply { Error = e is PizzeriaException ? e.Message : "Stopped." };
            }
            catch (Exception e)
            {
                board.Report("host", e.ToString());
                last = new HostReply { Error = $"The host failed: {e.Message}" };
            }

            if (watched is not null)
            {
                board.Unwatch(watched);
            }

            await forwarding;
            await SendAsync(last with { Done = true });
            if (request.Command == "stop" || (last.Error is not null && request.Command == "up" && !supervisor.IsUp))
            {
                supervisor.Ended.TrySetResult();
            }
        }
        catch (Exception e) when (e is IOException or JsonException or OperationCanceledException)
        {
            // The asker has gone; what was asked goes on.
        }

        async Task ForwardAsync(System.Threading.Channels.ChannelReader<Change> changes)
        {
            try
            {
                await foreach (var change in changes.ReadAllAsync(CancellationToken.None))
                {
                    await SendAsync(new HostReply { Change = change });
                }
            }
            catch (IOException)
            {
                // The asker has gone; what was asked goes on.
            }
        }

        async Task SendAsync(HostReply reply)
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(reply, JsonSerializerOptions.Web);
            await stream.WriteAsync((byte[])[.. line, (byte)'\n'], CancellationToken.None);
        }
    }
}

/// <summary>The commands' way to a running host.</summary>
internal static class ControlClient
{
    /// <summary>The host of a state folder; null when none runs.</summary>
    public static async Task<Socket?> ConnectAsync(StateFolder state, CancellationToken cancellation)
    {
        if (StateFolder.Read<HostRecord>(state.HostRecord) is not { } record || !record.Process.IsAlive)
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

    /// <summary>Asks, and passes on what happens meanwhile; null when the host ended without an answer.</summary>
    /// <exception cref="PizzeriaException">The host could not do it.</exception>
    public static async Task<HostReply?> AskAsync(
        Socket socket,
        HostRequest request,
        Action<Change>? onChange,
        CancellationToken cancellation
    )
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream);
        try
        {
            await stream.WriteAsync(
                (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(request, JsonSerializerOptions.Web), (byte)'\n'],
                cancellation
            );
            while (await reader.ReadLineAsync(cancellation) is { } line)
            {
                var reply = JsonSerializer.Deserialize<HostReply>(line, JsonSerializerOptions.Web)!;
                if (reply.Change is not null)
                {
                    onChange?.Invoke(reply.Change);
                }

                if (reply.Done)
                {
                    return reply.Error is null ? reply : throw new PizzeriaException(reply.Error);
                }
            }

            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
