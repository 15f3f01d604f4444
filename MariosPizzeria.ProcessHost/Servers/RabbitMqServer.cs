using System.Security.Cryptography;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>A private RabbitMQ node with an Erlang port mapper of its own. The slowest to start: 5 to 20 seconds.</summary>
public sealed class RabbitMqServer(ServerSettings settings) : BackingServer(ServerKind.RabbitMq, settings, user: "rabbitmq")
{
    private readonly int _distributionPort = LoopbackPort.Free();
    private readonly int _mapperPort = LoopbackPort.Free();
    private Process? _mapper;
    private long _logStart;

    /// <summary>The connection string for RabbitMQ.Client and MassTransit.</summary>
    public string ConnectionString => $"amqp://{Uri.EscapeDataString(User)}:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}";

    private protected override Task PrepareFilesAsync(CancellationToken cancellation)
    {
        var cookie = Path.Combine(Folder, ".erlang.cookie");
        if (!File.Exists(cookie))
        {
            WriteSecret(cookie, RandomNumberGenerator.GetHexString(40));
        }

        // RabbitMQ creates the default user when the data are new.
        var configuration = $"""
            listeners.tcp.1 = 127.0.0.1:{Port}
            default_user = {User}
            default_pass = {Password}
            log.console = true
            log.console.level = info
            log.file = false
            vm_memory_high_watermark.relative = 0.4
            disk_free_limit.absolute = 50MB
            collect_statistics_interval = 60000
            """;
        WriteSecret(Path.Combine(Folder, "rabbitmq.conf"), configuration + "\n");
        WriteSecret(Path.Combine(Folder, "enabled_plugins"), "[].\n");
        WriteSecret(Path.Combine(Folder, "environment"), "");
        return Task.CompletedTask;
    }

    public override ProgramStart Command =>
        new(ServerPrograms.RabbitMq ?? throw NotInstalled(Kind))
        {
            RunAs = RunAs,
            WorkingDirectory = Folder,
            Environment = new Dictionary<string, string?>
            {
                ["HOME"] = Folder,
                // The node's name is part of the names of its data: it must stay the same over restarts.
                ["RABBITMQ_NODENAME"] = "pizzeria@localhost",
                ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODE_PORT"] = $"{Port}",
                ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
                ["ERL_EPMD_PORT"] = $"{_mapperPort}",
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
                // -noinput then disables the input again.
                ["RABBITMQ_ALLOW_INPUT"] = "true",
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
                    $"-noinput -kernel inet_dist_use_interface {{127,0,0,1}} +S {Environment.ProcessorCount}",
            },
        };

    /// <summary>
    /// The Erlang port mapper that the node needs. It must run before the node does: otherwise Erlang starts one as a daemon, which would
    /// outlive the system.
    /// </summary>
    public ProgramStart PortMapper =>
        new(ServerPrograms.Epmd ?? throw NotInstalled(Kind), "-port", $"{_mapperPort}", "-address", "127.0.0.1") { RunAs = RunAs };

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

        // During its start Erlang reads some thousand files on another thread than the one that needs them. Waking a thread on an idle
        // processor is slow on a virtual machine: 15 seconds instead of 6. On one processor the two alternate; the ready server gets all.
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

        // The server listens before its start is complete. Only its log message counts, and only that of this start.
        await using var log = Files.OpenShared(LogFile);
        log.Seek(Math.Min(_logStart, log.Length), SeekOrigin.Begin);
        using var reader = new StreamReader(log);
        return (await reader.ReadToEndAsync(cancellation)).Contains("Server startup complete");
    }

    private protected override async Task OnReadyAsync(CancellationToken cancellation)
    {
        if (ServerPrograms.Taskset is { } taskset)
        {
            await ChildProcess.RunAsync(
                taskset,
                ["--all-tasks", "--cpu-list", "--pid", AllowedProcessors(), $"{Process!.Id}"],
                cancellation
            );
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

    /// <summary>The command that pins a program to one of this process's processors; null if the tool is not installed.</summary>
    private static string[]? OneProcessor() =>
        ServerPrograms.Taskset is { } taskset ? [taskset, "--cpu-list", $"{Thread.GetCurrentProcessorId()}"] : null;

    /// <summary>The processors this process may use, as Linux lists them: <c>0-3,8</c> (proc(5)).</summary>
    private static string AllowedProcessors()
    {
        const string Field = "Cpus_allowed_list:";
        return File.ReadLines("/proc/self/status").First(line => line.StartsWith(Field))[Field.Length..].Trim();
    }
}
