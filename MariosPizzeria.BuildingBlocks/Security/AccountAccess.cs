using System.Security.Claims;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.BuildingBlocks.Security;

/// <summary>The source of the accounts' access versions: Order's database, or Order over HTTP.</summary>
public interface IAccountVersions
{
    /// <summary>Returns the account's access version.</summary>
    /// <returns>
    /// 0 or more; <see cref="AccountAccess.RevokedVersion"/> if the account is disabled or deleted; null if no service can be queried:
    /// in Development without Order, and while Order still runs the previous release.
    /// </returns>
    /// <exception cref="ServiceUnavailableException">Order does not answer.</exception>
    Task<long?> FindAsync(string accountId, CancellationToken cancellationToken);
}

/// <summary>
/// Whether a session or a token is still valid. Each contains the access version that its account had at sign-in; withdrawing access
/// increments the account's version. Order's database has the version, Redis a copy of at most a minute, and each process a copy of a few
/// seconds. If Redis has no copy, Order is queried before a credential is accepted.
/// </summary>
public sealed partial class AccountAccess(ICache cache, IAccountVersions versions, TimeProvider time, ILogger<AccountAccess> logger)
{
    /// <summary>The access version of a disabled or deleted account: no credential has it.</summary>
    public const long RevokedVersion = -1;

    // The longest time that a withdrawn credential is accepted, even if Redis loses data.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(1);

    // A withdrawal is in Redis immediately, so it is usually noticed within this time.
    private static readonly TimeSpan LocalCacheDuration = TimeSpan.FromSeconds(5);

    // While Order does not answer, the last copy remains in use, so that the kitchen does not stop together with Order.
    private static readonly TimeSpan RedisCacheDuration = TimeSpan.FromMinutes(15);

    private const int MaxCachedAccounts = 10_000;

    private readonly Dictionary<string, Task<Known>> _known = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>
    /// Whether a user's token has the access version of its account. A token of our own processes, or of an authority, has no account here.
    /// </summary>
    public Task<bool> AllowsAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        HasAccount(user) ? AllowsAsync(user.Id(), VersionOf(user), cancellationToken) : Task.FromResult(true);

    /// <summary>Whether a credential with that version is still valid.</summary>
    /// <exception cref="ServiceUnavailableException">Neither Redis nor Order can provide the account's version.</exception>
    public async Task<bool> AllowsAsync(string accountId, long version, CancellationToken cancellationToken) =>
        (await FindAsync(accountId, cancellationToken)).Allows(version);

    /// <summary>Returns the access version for a new credential of the account.</summary>
    public async Task<long> CurrentAsync(string accountId, CancellationToken cancellationToken) =>
        (await FindAsync(accountId, cancellationToken)).Version ?? 0;

    /// <summary>
    /// Returns when access to the token's account is withdrawn. Continues to wait through an outage in which the version is unknown.
    /// </summary>
    public async Task WaitUntilRevokedAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (!HasAccount(user))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        await WaitUntilRevokedAsync(user.Id(), VersionOf(user), cancellationToken);
    }

    /// <summary>Returns when a credential with that version becomes invalid.</summary>
    public async Task WaitUntilRevokedAsync(string accountId, long version, CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = LocalCacheDuration;
            try
            {
                var known = await FindAsync(accountId, cancellationToken);
                if (!known.Allows(version))
                {
                    return;
                }

                wait = known.Until - time.GetUtcNow();
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogUnknown(logger, e);
            }

            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1), time, cancellationToken);
        }
    }

    /// <summary>
    /// Publishes a version that was just stored to the other processes. Without Redis they read it from Order, within a minute.
    /// </summary>
    public async Task PublishAsync(string accountId, long version, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _known.Remove(accountId);
        }

        await TrySaveAsync(accountId, version, time.GetUtcNow(), cancellationToken);
    }

    private static bool HasAccount(ClaimsPrincipal user) =>
        user.HasClaim(AccessTokenIssuer.IssuerClaim, AccessTokenIssuer.Issuer) && !user.IsInRole(Roles.Service);

    // A token of the previous release has no version: it is valid as long as access to its account was never withdrawn.
    private static long VersionOf(ClaimsPrincipal user) =>
        long.TryParse(
            user.FindFirstValue(AccessTokenIssuer.AccessVersionClaim),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var version
        )
            ? version
            : 0;

    private static string Key(string accountId) => $"access:{accountId}";

    private Task<Known> FindAsync(string accountId, CancellationToken cancellationToken)
    {
        Task<Known> asked;
        lock (_gate)
        {
            if (!_known.TryGetValue(accountId, out asked!) || !IsCurrent(asked))
            {
                if (_known.Count >= MaxCachedAccounts)
                {
                    _known.Clear();
                }

                // One query for all concurrent callers; none of them cancels it.
                _known[accountId] = asked = Task.Run(() => FetchVersionAsync(accountId), CancellationToken.None);
            }
        }

        return asked.WaitAsync(cancellationToken);
    }

    private bool IsCurrent(Task<Known> asked) =>
        !asked.IsCompleted || (asked.IsCompletedSuccessfully && asked.Result.Until > time.GetUtcNow());

    private async Task<Known> FetchVersionAsync(string accountId)
    {
        // Taken before the query, so that a version that changes during the query is cached for at most a minute from now.
        var now = time.GetUtcNow();
        Copy? copy = null;
        var isRedisThere = true;
        try
        {
            copy = Copy.Parse(await cache.GetAsync(Key(accountId), CancellationToken.None));
        }
        catch (RedisUnavailableException)
        {
            isRedisThere = false;
        }

        if (copy is { } fresh && now - fresh.At < RefreshInterval)
        {
            return new(fresh.Version, Earlier(now + LocalCacheDuration, fresh.At + RefreshInterval));
        }

        long? version;
        try
        {
            version = await versions.FindAsync(accountId, CancellationToken.None);
        }
        catch (ServiceUnavailableException) when (copy is not null)
        {
            return new(copy.Version, now + LocalCacheDuration);
        }

        if (version is { } found && isRedisThere)
        {
            isRedisThere = await TrySaveAsync(accountId, found, now, CancellationToken.None);
        }

        return new(version, now + (isRedisThere ? LocalCacheDuration : RefreshInterval));
    }

    private async Task<bool> TrySaveAsync(string accountId, long version, DateTimeOffset at, CancellationToken cancellationToken)
    {
        try
        {
            await cache.SetAsync(Key(accountId), new Copy(version, at).ToString(), RedisCacheDuration, cancellationToken);
            return true;
        }
        catch (RedisUnavailableException)
        {
            return false;
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    [LoggerMessage(60, LogLevel.Warning, "Could not check whether a stream's access was revoked; retrying")]
    private static partial void LogUnknown(ILogger logger, Exception exception);

    private sealed record Known(long? Version, DateTimeOffset Until)
    {
        public bool Allows(long version) => Version is null || Version == version;
    }

    /// <summary>The copy in Redis: the version, and the time of Order's response, in milliseconds.</summary>
    private sealed record Copy(long Version, DateTimeOffset At)
    {
        public static Copy? Parse(string? text) =>
            text?.Split('@') is [var version, var at]
            && long.TryParse(version, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(at, CultureInfo.InvariantCulture, out var milliseconds)
                ? new(number, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
                : null;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Version}@{At.ToUnixTimeMilliseconds()}");
    }
}
