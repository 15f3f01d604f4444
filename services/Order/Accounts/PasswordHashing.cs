using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>
/// Hashes passwords (PBKDF2 with HMAC-SHA512, 210 000 iterations: OWASP's Password Storage Cheat Sheet) and verifies them. A hash uses a
/// processor for a tenth of a second. At most as many hashes run at once as there are processors and the others wait in a queue, so that
/// many sign-ins at once do not block other requests. The queue is bounded and serves the newest first: during a flood of sign-ins a new
/// one is served next, and the one that has waited longest is refused.
/// </summary>
public sealed class PasswordHashing : IDisposable
{
    /// <summary>The number of iterations of a hash.</summary>
    public const int Iterations = 210_000;

    // About two seconds of work, which is less than the timeout of the gateway.
    private const int QueuedPerProcessor = 20;

    private readonly IPasswordHasher<Account> _hasher;
    private readonly ConcurrencyLimiter _turns = new(
        new()
        {
            PermitLimit = Environment.ProcessorCount,
            QueueLimit = Environment.ProcessorCount * QueuedPerProcessor,
            QueueProcessingOrder = QueueProcessingOrder.NewestFirst,
        }
    );
    private readonly Lazy<string> _dummyHash;

    /// <summary>Creates the instance; the dummy hash is computed at its first use.</summary>
    public PasswordHashing(IPasswordHasher<Account> hasher)
    {
        _hasher = hasher;
        _dummyHash = new(() => hasher.HashPassword(user: null!, Guid.NewGuid().ToString("N")));
    }

    /// <summary>Returns the salted hash of a password, as it is stored; equal passwords have different hashes.</summary>
    /// <exception cref="PasswordQueueFullException">The queue is full.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunLimitedAsync(() => _hasher.HashPassword(user: null!, password), cancellationToken);

    /// <summary>
    /// Whether the password is the account's and the account is not disabled. Takes the same time if there is no account.
    /// </summary>
    /// <exception cref="PasswordQueueFullException">The queue is full.</exception>
    public Task<bool> VerifyAsync(Account? account, string password, CancellationToken cancellationToken) =>
        RunLimitedAsync(
            () =>
                _hasher.VerifyHashedPassword(user: null!, account?.PasswordHash ?? _dummyHash.Value, password)
                    is not PasswordVerificationResult.Failed
                && account is { Disabled: false },
            cancellationToken
        );

    public void Dispose() => _turns.Dispose();

    private async Task<T> RunLimitedAsync<T>(Func<T> compute, CancellationToken cancellationToken)
    {
        using var turn = await _turns.AcquireAsync(permitCount: 1, cancellationToken);
        return turn.IsAcquired ? await Task.Run(compute, cancellationToken) : throw new PasswordQueueFullException();
    }
}

/// <summary>Thrown when more passwords are to be hashed than there is time for.</summary>
public sealed class PasswordQueueFullException() : Exception("Too many passwords are waiting to be hashed.")
{
    /// <summary>
    /// The error for the caller. Not a 503: callers would take that for a failure of this replica and retry at another one.
    /// </summary>
    public Error Fault { get; } =
        new(ErrorCodes.RateLimited, "Too many sign-ins at this moment; try again.") { RetryAfter = TimeSpan.FromSeconds(2) };
}
