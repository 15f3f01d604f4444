using System.Net.Sockets;
using System.Text;

namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>A private Redis (or Valkey) with a password and an append-only file.</summary>
public sealed class RedisServer(ServerSettings settings) : BackingServer(ServerKind.Redis, settings, user: null)
{
    /// <summary>The memory limit of the data. Above it Redis refuses writes and is not ready, to save the machine's memory.</summary>
    public const string MaxMemory = "256mb";

    /// <summary>
    /// Nothing is evicted. Every key has a time to live, so that even a volatile policy could evict keys that must stay: the responses of
    /// idempotency keys, sessions, leases and the counters of limits.
    /// </summary>
    public const string MaxMemoryPolicy = "noeviction";

    private string Configuration => Path.Combine(Folder, "redis.conf");

    /// <summary>The connection string for StackExchange.Redis.</summary>
    public string ConnectionString => $"{Address},password={Password}";

    public override ProgramStart Command =>
        new(ServerPrograms.Redis ?? throw NotInstalled(Kind), Configuration) { WorkingDirectory = Folder };

    private protected override Task PrepareFilesAsync(CancellationToken cancellation)
    {
        // In a file, because every user of the machine can read a command line.
        var text = $"""
            bind 127.0.0.1
            port {Port}
            dir "{Folder}"
            pidfile "{Path.Combine(Folder, "redis.pid")}"
            requirepass "{Password}"
            appendonly yes
            save ""
            maxmemory {MaxMemory}
            maxmemory-policy {MaxMemoryPolicy}
            """;
        WriteSecret(Configuration, text + "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return Task.CompletedTask;
    }

    public override async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            await using var stream = new NetworkStream(await LoopbackPort.ConnectAsync(Port, cancellation), ownsSocket: true);
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"AUTH {Password}\r\nPING\r\n"), cancellation);
            using var reader = new StreamReader(stream);
            // While Redis loads its file, it answers -LOADING.
            return await reader.ReadLineAsync(cancellation) is not null && await reader.ReadLineAsync(cancellation) == "+PONG";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
