using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.Gateway.Limits;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>
/// Limits the number of stored sessions of visitors who have not signed in, per address and overall: such a session needs no account,
/// and must not fill the Redis that everything else shares. The sets are <c>visitors</c> and <c>visitors:{address}</c>.
/// </summary>
internal sealed class AnonymousSessionLimit(ICache cache, RateLimitSettings settings)
{
    private const string All = "visitors";

    /// <summary>Takes a place for a session, or renews its place.</summary>
    /// <returns>False if there is no place left.</returns>
    public async Task<bool> EnterAsync(string id, HttpContext context, CancellationToken cancellationToken)
    {
        var ofAddress = SetOf(context);
        if (!await EnterAsync(ofAddress, id, settings.VisitorsPerAddress, cancellationToken))
        {
            return false;
        }

        if (await EnterAsync(All, id, settings.Visitors, cancellationToken))
        {
            return true;
        }

        await cache.LeaveAsync(ofAddress, id, cancellationToken);
        return false;
    }

    /// <summary>Releases a session's place.</summary>
    public async Task LeaveAsync(string id, HttpContext context, CancellationToken cancellationToken)
    {
        await cache.LeaveAsync(SetOf(context), id, cancellationToken);
        await cache.LeaveAsync(All, id, cancellationToken);
    }

    private static string SetOf(HttpContext context) => $"{All}:{RateLimits.Network(context.Connection.RemoteIpAddress)}";

    private async Task<bool> EnterAsync(string set, string id, int most, CancellationToken cancellationToken) =>
        most == 0 || await cache.TryEnterAsync(set, id, most, SessionStore.Lifetime, cancellationToken);
}
