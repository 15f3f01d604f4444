using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MariosPizzeria.ProcessHost.Machine;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>A private RabbitMQ node with an Erlang port mapper of its own. The slowest to start: 5 to 20 seconds.</summary>
public sealed class RabbitMqServer : BackingServer
{
    private readonly int _distributionPort = LoopbackPort.Free();
    private readonly int _mapperPort = LoopbackPort.Free();
    private Process? _mapper;
    private long _logStart;

    /// <summary>A server that is yet to be started.</summary>
    public RabbitMqServer(ServerSettings settings)
        : base(ServerKind.RabbitMq, settings, user: "rabbitmq") { }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <exception cref="PizzeriaException">It is not installed or did not start; the message says more.</exception>
    public static async Task<RabbitMqServer> StartAsync(ServerSettings settings, CancellationToken cancellation)
    {
        var server = new RabbitMqServer(settings);
        await server.StartAsync(cancellation);
        return server;
    }

    /// <summary>For RabbitMQ.Client and MassTransit.</summary>
    public string ConnectionString =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"amqp://{Uri.EscapeDataString(User)}:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}"
        );

    private protected override async Task PrepareFilesAsync(CancellationToken cancellation)
    {
        var cookie = Path.Combine(Folder, ".erlang.cookie");
        if (!File.Exists(cookie))
        {
            await WriteSecretAsync(cookie, RandomNumberGenerator.GetHexString(40), UnixFileMode.UserRead, cancellation);
        }

        // The default user is made when the data is new.
        var configuration = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            listeners.tcp.1 = 127.0.0.1:{Port}
            default_user = {User}
            default_pass = {Password}
            log.console = true
            log.console.level = info
            log.file = false
            vm_memory_high_watermark.relative = 0.4
            disk_free_limit.absolute = 50MB
            """
        );
        await WriteSecretAsync(Path.Combine(Folder, "rabbitmq.conf"), configuration + "\n", UnixFileMode.UserRead, cancellation);
        await WriteSecretAsync(Path.Combine(Folder, "enabled_plugins"), "[].\n", UnixFileMode.UserRead, cancellation);
        await WriteSecretAsync(Path.Combine(Folder, "environment"), "", UnixFileMode.UserRead, cancellation);
    }

    /// <inheritdoc/>
    public override ServerCommand Command =>
        new(ServerPrograms.RabbitMq ?? throw NotInstalled(Kind))
        {
            RunAs = RunAs,
            WorkingDirectory = Folder,
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["HOME"] = Folder,
                // The node's name is part of its data's: it must stay over restarts.
                ["RABBITMQ_NODENAME"] = "pizzeria@localhost",
                ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODE_PORT"] = Number(Port),
                ["RABBITMQ_DIST_PORT"] = Number(_distributionPort),
                ["ERL_EPMD_PORT"] = Number(_mapperPort),
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_MNESIA_BASE"] = Path.Combine(Folder, "data"),
                ["RABBITMQ_LOG_BASE"] = Path.Combine(Folder, "log"),
                ["RABBITMQ_CONFIG_FILE"] = Path.Combine(Folder, "rabbitmq.conf"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(Folder, "enabled_plugins"),
                ["RABBITMQ_PID_FILE"] = Path.Combine(Folder, "pid"),
                ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(Folder, "environment"),
                ["RABBITMQ_FEATURE_FLAGS_FILE"] = Path.Combine(Folder, "feature_flags"),
                ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(Folder, "advanced.config"),
                // "Allow input" makes the script exec Erlang instead of staying its parent, so that the pid is the server's;
                // -noinput then takes the input away again.
                ["RABBITMQ_ALLOW_INPUT"] = "true",
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = string.Create(
                    CultureInfo.InvariantCulture,
                    $"-noinput -kernel inet_dist_use_interface {{127,0,0,1}} +S {Environment.ProcessorCount}"
                ),
            },
        };

    /// <summary>
    /// The Erlang port mapper that the node needs. It must run before the node does: else Erlang starts one as a daemon that outlives
    /// everything.
    /// </summary>
    public ServerCommand PortMapper =>
        new(ServerPrograms.Epmd ?? throw NotInstalled(Kind), "-port", Number(_mapperPort), "-address", "127.0.0.1") { RunAs = RunAs };

    private protected override async Task<Process> LaunchAsync(CancellationToken cancellation)
    {
        if (_mapper is null or { HasExited: true })
        {
            _mapper?.Dispose();
            _mapper = Launch(PortMapper, "/epmd");
            while (!await LoopbackPort.AnswersAsync(_mapperPort, cancellation))
            {
                await Task.Delay(20, cancellation);
            }
        }

        _logStart = File.Exists(LogFile) ? new FileInfo(LogFile).Length : 0;

        // At its start Erlang reads some thousand files on another thread than the one that asks for them. Waking a thread on an idle
        // processor is slow on a virtual machine: 15 seconds instead of 6. On one processor the two take turns; once ready, it gets all.
        return Launch(
            OneProcessor() is [var taskset, .. var pinned]
                ? Command with
                {
                    Program = taskset,
                    Arguments = [.. pinned, Command.Program],
                }
                : Command
        );
    }

    /// <inheritdoc/>
    public override async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = new(ConnectionString) }.CreateConnectionAsync(cancellation);
            return true;
        }
        catch (BrokerUnreachableException)
        {
            return false;
        }
    }

    private protected override async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        if (!await LoopbackPort.AnswersAsync(Port, cancellation))
        {
            return false;
        }

        // It listens before it is done; only its own word counts, and only of this start.
        await using var log = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        log.Seek(Math.Min(_logStart, log.Length), SeekOrigin.Begin);
        using var reader = new StreamReader(log);
        return (await reader.ReadToEndAsync(cancellation)).Contains("Server startup complete", StringComparison.Ordinal);
    }

    private protected override async Task OnReadyAsync(CancellationToken cancellation)
    {
        if (ServerPrograms.Taskset is { } taskset)
        {
            await Child.RunAsync(taskset, ["--all-tasks", "--cpu-list", "--pid", AllowedProcessors(), Number(Process!.Id)], cancellation);
        }
    }

    private protected override async Task AfterStopAsync()
    {
        if (_mapper is { HasExited: false } mapper)
        {
            ProcessIdentity.Of(mapper.Id)?.End(Posix.SigTerm);
            await mapper.WaitForExitAsync();
        }
    }

    /// <summary>What puts a program on one of this process's processors; null where there is no such tool.</summary>
    private static string[]? OneProcessor() =>
        ServerPrograms.Taskset is { } taskset ? [taskset, "--cpu-list", Number(Thread.GetCurrentProcessorId())] : null;

    /// <summary>The processors this process may use, as Linux lists them: <c>0-3,8</c> (proc(5)).</summary>
    private static string AllowedProcessors()
    {
        const string Field = "Cpus_allowed_list:";
        return File.ReadLines("/proc/self/status").First(line => line.StartsWith(Field, StringComparison.Ordinal))[Field.Length..].Trim();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
