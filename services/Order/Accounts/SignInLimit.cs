using MariosPizzeria.ServiceDefaults.Caching;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>
/// Slows guesses at a password down: ten failures within fifteen minutes leave one try in ten seconds. Counted by account and address
/// together, so that nobody can lock an owner out who is elsewhere; and before the password is judged, so that of many guesses at once no
/// more are judged than of many in turn.
/// </summary>
public sealed class SignInLimit(ICache cache)
{
    private const int Failures = 10;

    private static readonly TimeSpan FailuresWithin = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, int> _judging = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>How often a slowed down client may try.</summary>
    public static readonly TimeSpan SlowInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Counts a try as a failure until it is told otherwise. While tries of the same account and address are being judged here, it waits
    /// for them: of a program's many sign-ins at once with the right password none is refused.
    /// </summary>
    /// <returns>The try, to be ended in any case; null where there were too many.</returns>
    public async Task<SignInTry?> BeginAsync(string accountId, string address, CancellationToken cancellationToken)
    {
        var who = $"{accountId}:{address}";
        while (true)
        {
            var member = Guid.NewGuid().ToString("N");
            if (await cache.EnterAsync($"signin-failures:{who}", member, Failures, FailuresWithin, cancellationToken))
            {
                return Judging(who, member);
            }

            if (await cache.Add($"signin-slow:{who}", "1", SlowInterval, cancellationToken))
            {
                return Judging(who, member: null);
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

    private SignInTry Judging(string who, string? member)
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

/// <summary>A try that was counted.</summary>
public sealed class SignInTry(Func<bool, Task> end) : IAsyncDisposable
{
    /// <summary>Set where the password was judged and found wrong; a try that was cut off has not failed.</summary>
    public bool HasFailed { get; set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await end(HasFailed);
}
