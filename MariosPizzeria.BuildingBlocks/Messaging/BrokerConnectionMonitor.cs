using MariosPizzeria.BuildingBlocks.Streaming;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>
/// Monitors RabbitMQ over a separate connection that has no other use. The bus cannot report this: a bus without consumers is always
/// healthy. By itself the bus retries an unreachable broker at increasing intervals, up to half a minute; it connects through
/// <see cref="WaitUntilConnectedAsync"/> instead, and so reconnects as soon as the broker is back.
/// </summary>
internal sealed partial class BrokerConnectionMonitor : BackgroundService
{
    // The interval between two attempts to connect.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    // The client reports when its connection closes; this interval covers the case that it does not.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly AsyncSignal _closed = new();
    private readonly string[] _hosts;
    private readonly ConnectionFactory? _factory;
    private readonly CancellationToken _stopping;
    private readonly ILogger<BrokerConnectionMonitor> _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile IConnection? _connection;
    private volatile bool _away;

    /// <summary>Creates the monitor without connecting.</summary>
    /// <param name="broker">The broker's address; null if messages stay in memory, which is always reachable.</param>
    /// <param name="name">The connection's name, for the broker's operator.</param>
    /// <param name="lifetime">A process that is stopping does not wait for the broker.</param>
    /// <param name="logger">Logs when the broker is lost and when it is back.</param>
    public BrokerConnectionMonitor(Uri? broker, string name, IHostApplicationLifetime lifetime, ILogger<BrokerConnectionMonitor> logger)
    {
        _stopping = lifetime.ApplicationStopping;
        _logger = logger;
        _hosts = [broker?.Host ?? ""];
        _factory = broker is null
            ? null
            : new()
            {
                Uri = broker,
                ClientProvidedName = $"{name} watch",
                AutomaticRecoveryEnabled = false,
                RequestedConnectionTimeout = TimeSpan.FromSeconds(2),
                RequestedHeartbeat = MessagingRegistration.Heartbeat,
            };
    }

    /// <summary>Whether the broker is reachable.</summary>
    public bool IsConnected => _factory is null || _connection is { IsOpen: true };

    /// <summary>
    /// Returns when the broker accepts connections. Each call probes the broker: that it was reachable a moment ago does not mean that it
    /// still is.
    /// </summary>
    /// <exception cref="OperationCanceledException">The process is stopping.</exception>
    public async Task WaitUntilConnectedAsync()
    {
        while (!await ConnectAsync(_stopping))
        {
            await Task.Delay(Interval, _stopping);
        }
    }

    public override void Dispose()
    {
        _connection?.Dispose();
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_factory is not null && !stoppingToken.IsCancellationRequested)
        {
            var closed = _closed.Next;

            await (
                IsConnected || await ConnectAsync(stoppingToken)
                    ? closed.WaitAsync(RetryInterval, stoppingToken)
                    : Task.Delay(Interval, stoppingToken)
            ).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Replaces the connection with a new one.</summary>
    /// <returns>Whether the connection was established.</returns>
    private async Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_factory is null)
        {
            return true;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var former = _connection;
            var connection = await _factory.CreateConnectionAsync(_hosts, cancellationToken);
            connection.ConnectionShutdownAsync += OnClosedAsync;
            _connection = connection;
            if (former is not null)
            {
                await former.DisposeAsync();
            }

            if (_away)
            {
                LogReconnected(_logger);
                _away = false;
            }

            return true;
        }
        catch (Exception e)
            when (e is RabbitMQClientException or IOException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            if (!_away)
            {
                LogConnectionLost(_logger, e);
                _away = true;
            }

            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The client's own timeout has expired.
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    private Task OnClosedAsync(object sender, ShutdownEventArgs why)
    {
        _closed.Set();
        return Task.CompletedTask;
    }

    [LoggerMessage(41, LogLevel.Warning, "RabbitMQ cannot be reached; events stay in the outbox until it can be reached again")]
    private static partial void LogConnectionLost(ILogger logger, Exception exception);

    [LoggerMessage(42, LogLevel.Information, "RabbitMQ can be reached again")]
    private static partial void LogReconnected(ILogger logger);
}
