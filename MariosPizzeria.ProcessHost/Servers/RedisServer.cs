using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>A private Redis (or Valkey) with a password and an append-only file.</summary>
public sealed class RedisServer : BackingServer
{
    /// <summary>What its data may take; beyond it Redis refuses writes, and readiness says so, instead of taking the machine's memory.</summary>
    public const string MaxMemory = "256mb";

    /// <summary>
    /// Every key has a time to live, so a volatile policy too could evict what must stay: the answers behind idempotency keys, sessions,
    /// leases and the counters of limits. Nothing is evicted.
    /// </summary>
    public const string MaxMemoryPolicy = "noeviction";

    private readonly string _configuration;

    /// <summary>A server that is yet to be started.</summary>
    public RedisServer(ServerSettings settings)
        : base(ServerKind.Redis, settings, user: null) => _configuration = Path.Combine(Folder, "redis.conf");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <exception cref="PizzeriaException">It is not installed or did not start; the message says more.</exception>
    public static async Task<RedisServer> StartAsync(ServerSettings settings, CancellationToken cancellation)
    {
        var server = new RedisServer(settings);
        await server.StartAsync(cancellation);
        return server;
    }

    /// <summary>For StackExchange.Redis.</summary>
    public string ConnectionString => $"{Address},password={Password}";

    /// <inheritdoc/>
    public override ServerCommand Command =>
        new(ServerPrograms.Redis ?? throw NotInstalled(Kind), _configuration) { WorkingDirectory = Folder };

    private protected override async Task PrepareFilesAsync(CancellationToken cancellation)
    {
        // In a file, for a command line can be read by everyone on the machine.
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            bind 127.0.0.1
            port {Port}
            dir "{Folder}"
            pidfile "{Path.Combine(Folder, "redis.pid")}"
            requirepass "{Password}"
            appendonly yes
            save ""
            maxmemory {MaxMemory}
            maxmemory-policy {MaxMemoryPolicy}
            """
        );
        await WriteSecretAsync(_configuration, text + "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite, cancellation);
    }

    /// <inheritdoc/>
    public override async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
            await socket.SendAsync(Encoding.UTF8.GetBytes($"AUTH {Password}\r\nPING\r\n"), cancellation);
            var buffer = new byte[256];
            var answer = "";
            while (answer.Count(c => c == '\n') < 2)
            {
                var read = await socket.ReceiveAsync(buffer, cancellation);
                if (read == 0)
                {
                    return false;
                }

                answer += Encoding.UTF8.GetString(buffer, 0, read);
            }

            // While it loads its file it answers -LOADING.
            return answer.Contains("+PONG", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
