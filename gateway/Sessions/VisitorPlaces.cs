using MariosPizzeria.Gateway.Limits;
using MariosPizzeria.ServiceDefaults.Caching;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>
/// Bounds how many sessions of visitors are stored at a time, from one address and overall: anybody can begin one without an account,
/// and all of them share Redis with what must not be refused. The sets are <c>visitors</c> and <c>visitors:{address}</c>.
/// </summary>
internal sealed class VisitorPlaces(ICache cache, RateLimitSettings settings)
{
    private const string All = "visitors";

    /// <summary>Takes a place for a session, or renews the one that it has.</summary>
    /// <returns>False where there is none left.</returns>
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

    /// <summary>Gives a session's place free.</summary>
    public async Task LeaveAsync(string id, HttpContext context, CancellationToken cancellationToken)
    {
        await cache.LeaveAsync(SetOf(context), id, cancellationToken);
        await cache.LeaveAsync(All, id, cancellationToken);
    }

    private static string SetOf(HttpContext context) => $"{All}:{RateLimits.Network(context.Connection.RemoteIpAddress)}";

    private async Task<bool> EnterAsync(string set, string id, int most, CancellationToken cancellationToken) =>
        most == 0 || await cache.EnterAsync(set, id, most, SessionStore.Lifetime, cancellationToken);
}
