using System.Globalization;
using System.Security.Claims;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Clients;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.ServiceDefaults.Security;

/// <summary>The owner of the accounts, as far as access is concerned: Order's store, or Order over HTTP.</summary>
public interface IAccountVersions
{
    /// <summary>The account's access version.</summary>
    /// <returns>
    /// 0 or more; <see cref="AccountAccess.Withdrawn"/> where the account is disabled or deleted; null where nobody can be asked: in
    /// Development without Order, and while Order is still of the release before this.
    /// </returns>
    /// <exception cref="ServiceUnavailableException">Order does not answer.</exception>
    Task<long?> FindAsync(string accountId, CancellationToken cancellationToken);
}

/// <summary>
/// Whether a session or a token still counts. Each carries the access version that its account had at sign-in; withdrawing access
/// raises the account's. Order's store has the version, Redis a copy of at most a minute, each process one of a few seconds.
/// Where Redis has none, Order is asked before anything is believed.
/// </summary>
public sealed partial class AccountAccess(ICache cache, IAccountVersions versions, TimeProvider time, ILogger<AccountAccess> logger)
{
    /// <summary>The version of an account that may not be used: no credential has it.</summary>
    public const long Withdrawn = -1;

    // The longest that a withdrawn credential is believed, whatever Redis lost.
    private static readonly TimeSpan AskAfter = TimeSpan.FromMinutes(1);

    // A withdrawal is in Redis at once, so it takes this long to be noticed as a rule.
    private static readonly TimeSpan KeptInProcess = TimeSpan.FromSeconds(5);

    // While Order does not answer, the last copy goes on: the kitchen must not stop with it.
    private static readonly TimeSpan KeptInRedis = TimeSpan.FromMinutes(15);

    private const int MostKept = 10_000;

    private readonly Dictionary<string, Task<Known>> _known = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Whether a user's token is as new as the account. A process's own token, and an authority's, have no account here.</summary>
    public Task<bool> AllowsAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        HasAccount(user) ? AllowsAsync(user.Id(), VersionOf(user), cancellationToken) : Task.FromResult(true);

    /// <summary>Whether a credential of that version still counts.</summary>
    /// <exception cref="ServiceUnavailableException">Neither Redis nor Order can tell.</exception>
    public async Task<bool> AllowsAsync(string accountId, long version, CancellationToken cancellationToken) =>
        (await FindAsync(accountId, cancellationToken)).Allows(version);

    /// <summary>The version that a new credential of the account bears.</summary>
    public async Task<long> CurrentAsync(string accountId, CancellationToken cancellationToken) =>
        (await FindAsync(accountId, cancellationToken)).Version ?? 0;

    /// <summary>Returns when the token's account was withdrawn. An outage in which nobody can tell is waited out.</summary>
    public async Task WaitUntilWithdrawnAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (!HasAccount(user))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        await WaitUntilWithdrawnAsync(user.Id(), VersionOf(user), cancellationToken);
    }

    /// <summary>Returns when a credential of that version counts no more.</summary>
    public async Task WaitUntilWithdrawnAsync(string accountId, long version, CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = KeptInProcess;
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
    /// Tells the other processes of a version that was stored just now. Without Redis they learn it from Order, within a minute.
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
        user.HasClaim(Tokens.IssuerClaim, Tokens.Issuer) && !user.IsInRole(Roles.Service);

    // A token of the release before this has no version: it counts as long as access to its account was never withdrawn.
    private static long VersionOf(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(Tokens.AccessVersionClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : 0;

    private static string Key(string accountId) => $"access:{accountId}";

    private Task<Known> FindAsync(string accountId, CancellationToken cancellationToken)
    {
        Task<Known> asked;
        lock (_gate)
        {
            if (!_known.TryGetValue(accountId, out asked!) || !IsGood(asked))
            {
                if (_known.Count >= MostKept)
                {
                    _known.Clear();
                }

                // One question for all who want to know now; none of them cancels it.
                _known[accountId] = asked = Task.Run(() => AskAsync(accountId), CancellationToken.None);
            }
        }

        return asked.WaitAsync(cancellationToken);
    }

    private bool IsGood(Task<Known> asked) =>
        !asked.IsCompleted || (asked.IsCompletedSuccessfully && asked.Result.Until > time.GetUtcNow());

    private async Task<Known> AskAsync(string accountId)
    {
        // Before the question: what is withdrawn while it is answered is not kept longer than a minute from now.
        var now = time.GetUtcNow();
        Copy? copy = null;
        var isRedisThere = true;
        try
        {
            copy = Copy.Parse(await cache.Get(Key(accountId), CancellationToken.None));
        }
        catch (RedisUnavailableException)
        {
            isRedisThere = false;
        }

        if (copy is { } fresh && now - fresh.At < AskAfter)
        {
            return new(fresh.Version, Earlier(now + KeptInProcess, fresh.At + AskAfter));
        }

        long? version;
        try
        {
            version = await versions.FindAsync(accountId, CancellationToken.None);
        }
        catch (ServiceUnavailableException) when (copy is not null)
        {
            return new(copy.Version, now + KeptInProcess);
        }

        if (version is { } found && isRedisThere)
        {
            isRedisThere = await TrySaveAsync(accountId, found, now, CancellationToken.None);
        }

        return new(version, now + (isRedisThere ? KeptInProcess : AskAfter));
    }

    private async Task<bool> TrySaveAsync(string accountId, long version, DateTimeOffset at, CancellationToken cancellationToken)
    {
        try
        {
            await cache.Set(Key(accountId), new Copy(version, at).ToString(), KeptInRedis, cancellationToken);
            return true;
        }
        catch (RedisUnavailableException)
        {
            return false;
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    [LoggerMessage(60, LogLevel.Warning, "Whether a stream's access was withdrawn is not known; it is asked again")]
    private static partial void LogUnknown(ILogger logger, Exception exception);

    private sealed record Known(long? Version, DateTimeOffset Until)
    {
        public bool Allows(long version) => Version is null || Version == version;
    }

    /// <summary>What Redis keeps: the version, and when Order said so, in milliseconds.</summary>
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
