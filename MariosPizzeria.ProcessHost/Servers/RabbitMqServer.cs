using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>A private RabbitMQ node with an Erlang port mapper of its own. The slowest to start: 5 to 20 seconds.</summary>
public sealed partial class RabbitMqServer : BackingServer
{
    // At its start Erlang reads some thousand files on another thread than the one that asks for them. By RabbitMQ's default each goes
    // to sleep between two, which makes a start of 5 seconds one of 15 where waking is dear, on a virtual machine. Waiting awake takes
    // a processor each: where others want them too the threads keep each other from running, and a start of 15 seconds takes minutes.
    private const string BusyWait = " +sbwt very_short +sbwtdio very_short";

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

    private protected override async Task PrepareAsync(CancellationToken cancellation)
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

    private protected override async Task<Process> LaunchAsync(CancellationToken cancellation)
    {
        if (ServerPrograms.RabbitMq is not { } program || ServerPrograms.Epmd is not { } epmd)
        {
            throw new PizzeriaException(
                $"RabbitMQ is not installed. To get it: {Packages.CommandFor([Packages.For(ServerKind.RabbitMq)])}"
            );
        }

        // Started here so that its pid is known; Erlang would start it as a daemon that outlives everything.
        if (_mapper is null or { HasExited: true })
        {
            _mapper?.Dispose();
            _mapper = Child.Start(
                new ChildStart(epmd, "-port", Number(_mapperPort), "-address", "127.0.0.1") { RunAs = RunAs, LogFile = LogFile }
            );
            Launched?.Invoke(_mapper.Id);
            while (!await LoopbackPort.AnswersAsync(_mapperPort, cancellation))
            {
                await Task.Delay(20, cancellation);
            }
        }

        _logStart = File.Exists(LogFile) ? new FileInfo(LogFile).Length : 0;
        return Child.Start(
            new ChildStart(program)
            {
                RunAs = RunAs,
                LogFile = LogFile,
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
                    ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
                        "-noinput -kernel inet_dist_use_interface {127,0,0,1}" + (ProcessorsAreFree() ? BusyWait : ""),
                },
            }
        );
    }

    /// <summary>
    /// Whether somebody waited for a processor during less than half of the last ten seconds (Linux' pressure stall information, proc(5));
    /// false where it is not told.
    /// </summary>
    private static bool ProcessorsAreFree()
    {
        try
        {
            return AverageOfTenSeconds().Match(File.ReadAllText("/proc/pressure/cpu")) is { Success: true } match
                && double.Parse(match.Groups["percent"].Value, CultureInfo.InvariantCulture) < 50;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // Not every kernel counts it, and not every container may read it.
        }
    }

    [GeneratedRegex(@"some avg10=(?<percent>[\d.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AverageOfTenSeconds();

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

    private protected override async Task AfterStopAsync()
    {
        if (_mapper is { HasExited: false } mapper)
        {
            Posix.Signal(mapper.Id, Posix.SigTerm);
            await mapper.WaitForExitAsync();
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
