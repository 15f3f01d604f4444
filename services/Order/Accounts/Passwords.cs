using System.Threading.RateLimiting;
using MariosPizzeria.Contracts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>
/// Hashes passwords (PBKDF2 with HMAC-SHA512, 210 000 iterations: OWASP's Password Storage Cheat Sheet) and checks them. A hash takes
/// a processor for a tenth of a second: as many at once as there are processors, so that sign-ins in a rush queue up here and the
/// orders of others get their turn. The queue is bounded, and the newest goes first: whoever comes while somebody floods it is served at
/// the next turn, and what is refused is what has waited longest.
/// </summary>
public sealed class Passwords : IDisposable
{
    private const int Iterations = 210_000;

    // About two seconds' work: less than the gateway waits for an answer.
    private const int QueuedPerProcessor = 20;

    private readonly PasswordHasher<Account> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly ConcurrencyLimiter _turns = new(
        new()
        {
            PermitLimit = Environment.ProcessorCount,
            QueueLimit = Environment.ProcessorCount * QueuedPerProcessor,
            QueueProcessingOrder = QueueProcessingOrder.NewestFirst,
        }
    );
    private readonly Lazy<string> _nobodys;

    /// <summary>Computes nothing yet.</summary>
    public Passwords() => _nobodys = new(() => _hasher.HashPassword(user: null!, Guid.NewGuid().ToString("N")));

    /// <summary>The password as it is stored: salted, so that equal passwords do not look equal.</summary>
    /// <exception cref="PasswordQueueFullException">Too many are waiting.</exception>
    public Task<string> Hash(string password, CancellationToken cancellationToken) =>
        InTurn(() => _hasher.HashPassword(user: null!, password), cancellationToken);

    /// <summary>Whether it is the account's password, and the account may be used. Takes as long where there is no account.</summary>
    /// <exception cref="PasswordQueueFullException">Too many are waiting.</exception>
    public Task<bool> Verify(Account? account, string password, CancellationToken cancellationToken) =>
        InTurn(
            () =>
                _hasher.VerifyHashedPassword(user: null!, account?.PasswordHash ?? _nobodys.Value, password)
                    is not PasswordVerificationResult.Failed
                && account is { Disabled: false },
            cancellationToken
        );

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task<T> InTurn<T>(Func<T> compute, CancellationToken cancellationToken)
    {
        using var turn = await _turns.AcquireAsync(permitCount: 1, cancellationToken);
        return turn.IsAcquired ? await Task.Run(compute, cancellationToken) : throw new PasswordQueueFullException();
    }
}

/// <summary>More passwords are to be hashed than there is time for.</summary>
public sealed class PasswordQueueFullException() : Exception("Too many passwords are waiting to be hashed.")
{
    /// <summary>For the caller. Not a 503, which callers take for a failure of this replica and try at another.</summary>
    public Fault Fault { get; } =
        new(Slugs.RateLimited, "Too many sign-ins at this moment; try again.") { RetryAfter = TimeSpan.FromSeconds(2) };
}
