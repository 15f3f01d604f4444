using MariosPizzeria.BuildingBlocks.Caching;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>
/// Limits password guessing: after ten failures within fifteen minutes, one attempt in ten seconds is allowed. Failures are counted per
/// account and client address, so that an attacker cannot lock out the owner at another address. An attempt is counted before the password
/// is verified, so that concurrent attempts have the same limit as sequential ones.
/// </summary>
public sealed class SignInLimit(ICache cache)
{
    private const int Failures = 10;

    private static readonly TimeSpan FailureWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, int> _judging = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>The interval between attempts of a client that has reached the limit.</summary>
    public static readonly TimeSpan SlowInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Counts an attempt as a failure until it ends without one. If the limit is reached while attempts of the same account and address are
    /// being verified in this process, waits for their results: concurrent sign-ins of a program with the right password are not refused.
    /// </summary>
    /// <returns>The attempt, which the caller must dispose; null if there were too many.</returns>
    public async Task<SignInAttempt?> BeginAsync(string accountId, string address, CancellationToken cancellationToken)
    {
        var who = $"{accountId}:{address}";
        while (true)
        {
            var member = Guid.NewGuid().ToString("N");
            if (await cache.TryEnterAsync($"signin-failures:{who}", member, Failures, FailureWindow, cancellationToken))
            {
                return PendingCheck(who, member);
            }

            if (await cache.AddAsync($"signin-slow:{who}", "1", SlowInterval, cancellationToken))
            {
                return PendingCheck(who, member: null);
            }

            lock (_gate)
            {
                if (!_judging.ContainsKey(who))
                {
                    return null;
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private SignInAttempt PendingCheck(string who, string? member)
    {
        lock (_gate)
        {
            _judging[who] = _judging.GetValueOrDefault(who) + 1;
        }

        return new(async hasFailed =>
        {
            try
            {
                if (!hasFailed && member is not null)
                {
                    await cache.LeaveAsync($"signin-failures:{who}", member, CancellationToken.None);
                }
            }
            finally
            {
                lock (_gate)
                {
                    if (--_judging[who] == 0)
                    {
                        _judging.Remove(who);
                    }
                }
            }
        });
    }
}

/// <summary>A counted sign-in attempt.</summary>
public sealed class SignInAttempt(Func<bool, Task> end) : IAsyncDisposable
{
    /// <summary>Whether the password was verified and found wrong; an aborted attempt has not failed.</summary>
    public bool HasFailed { get; set; }

    public async ValueTask DisposeAsync() => await end(HasFailed);
}
