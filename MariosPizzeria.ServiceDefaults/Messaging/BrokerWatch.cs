using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>
/// Whether RabbitMQ is there, known by a connection of its own that does nothing else. The bus can't say: one that has no consumers
/// is healthy whatever happens. And the bus, left alone, tries a broker that is away at ever longer intervals, up to half a minute;
/// it connects through <see cref="WaitUntilThere"/> instead, and so is back as soon as the broker is.
/// </summary>
internal sealed partial class BrokerWatch : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly string[] _hosts;
    private readonly ConnectionFactory? _factory;
    private readonly CancellationToken _stopping;
    private readonly ILogger<BrokerWatch> _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile IConnection? _connection;
    private volatile bool _away;

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="broker">The broker's address; null where messages stay in memory, which is always there.</param>
    /// <param name="name">The connection's name, for the broker's operator.</param>
    /// <param name="lifetime">A process that stops waits for no broker.</param>
    /// <param name="logger">Told when the broker goes and when it comes.</param>
    public BrokerWatch(Uri? broker, string name, IHostApplicationLifetime lifetime, ILogger<BrokerWatch> logger)
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

    /// <summary>Whether the broker is there.</summary>
    public bool IsThere => _factory is null || _connection is { IsOpen: true };

    /// <summary>
    /// Returns when the broker takes connections. It is asked anew each time: that it was there a moment ago is no reason to believe
    /// that it is.
    /// </summary>
    /// <exception cref="OperationCanceledException">The process stops.</exception>
    public async Task WaitUntilThere()
    {
        while (!await Connect(_stopping))
        {
            await Task.Delay(Interval, _stopping);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _connection?.Dispose();
        _turn.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (!IsThere)
            {
                await Connect(stoppingToken);
            }

            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Replaces the connection by a new one.</summary>
    /// <returns>Whether there is one now.</returns>
    private async Task<bool> Connect(CancellationToken cancellationToken)
    {
        if (_factory is null)
        {
            return true;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var former = _connection;
            _connection = await _factory.CreateConnectionAsync(_hosts, cancellationToken);
            if (former is not null)
            {
                await former.DisposeAsync();
            }

            if (_away)
            {
                LogBack(_logger);
                _away = false;
            }

            return true;
        }
        catch (Exception e)
            when (e is RabbitMQClientException or IOException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            if (!_away)
            {
                LogAway(_logger, e);
                _away = true;
            }

            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The client's own patience is over.
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    [LoggerMessage(41, LogLevel.Warning, "RabbitMQ is out of reach; events stay stored until it is back")]
    private static partial void LogAway(ILogger logger, Exception exception);

    [LoggerMessage(42, LogLevel.Information, "RabbitMQ is there again")]
    private static partial void LogBack(ILogger logger);
}
