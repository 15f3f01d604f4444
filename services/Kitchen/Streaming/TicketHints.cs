using MariosPizzeria.Kitchens.Domain;
using MariosPizzeria.ServiceDefaults.Caching;

namespace MariosPizzeria.Kitchens.Streaming;

/// <summary>
/// Tells every replica that a ticket changed, so that those with viewers read it anew. A hint may be lost: nothing depends on it but
/// how soon a screen shows the change.
/// </summary>
public sealed partial class TicketHints(ICache cache, ILogger<TicketHints> logger)
{
    private const string Prefix = "ticket:";

    /// <summary>Sends the hint.</summary>
    public async Task Send(Ticket ticket)
    {
        try
        {
            await cache.Publish(
                Prefix + ticket.Id,
                ticket.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
                CancellationToken.None
            );
        }
        catch (RedisUnavailableException e)
        {
            LogLost(logger, e);
        }
    }

    /// <summary>Calls back with the order's id for every hint of any replica.</summary>
    public Task Listen(Action<string> onChanged, CancellationToken cancellationToken) =>
        cache.Subscribe(Prefix + "*", (channel, _) => onChanged(channel[Prefix.Length..]), cancellationToken);

    [LoggerMessage(300, LogLevel.Warning, "A ticket's change could not be announced; screens show it later")]
    private static partial void LogLost(ILogger logger, Exception exception);
}
