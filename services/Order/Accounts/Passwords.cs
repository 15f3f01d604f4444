using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MariosPizzeria.Ordering.Accounts;

/// <summary>
/// Hashes passwords (PBKDF2 with HMAC-SHA512, 210 000 iterations: OWASP's Password Storage Cheat Sheet) and checks them. A hash takes
/// a processor for a tenth of a second: as many at once as there are processors, so that sign-ins in a rush queue up here and the
/// orders of others get their turn.
/// </summary>
public sealed class Passwords : IDisposable
{
    private const int Iterations = 210_000;

    private readonly PasswordHasher<Account> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount);
    private readonly Lazy<string> _nobodys;

    /// <summary>Computes nothing yet.</summary>
    public Passwords() => _nobodys = new(() => _hasher.HashPassword(user: null!, Guid.NewGuid().ToString("N")));

    /// <summary>The password as it is stored: salted, so that equal passwords do not look equal.</summary>
    public Task<string> Hash(string password, CancellationToken cancellationToken) =>
        InTurn(() => _hasher.HashPassword(user: null!, password), cancellationToken);

    /// <summary>Whether it is the account's password. Takes as long where there is no account.</summary>
    public Task<bool> Verify(Account? account, string password, CancellationToken cancellationToken) =>
        InTurn(
            () =>
                _hasher.VerifyHashedPassword(user: null!, account?.PasswordHash ?? _nobodys.Value, password)
                    is not PasswordVerificationResult.Failed
                && account is not null,
            cancellationToken
        );

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task<T> InTurn<T>(Func<T> compute, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(compute, cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }
}
