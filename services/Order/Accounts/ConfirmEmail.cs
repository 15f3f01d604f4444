using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>
/// The token in a confirmation mail; it proves that its holder can read mail to the address. It is an HMAC over account, address and
/// expiry, which is not stored but recomputed for the check. It becomes invalid when the address of the account changes.
/// </summary>
public sealed class EmailToken(ServerKey key, TimeProvider time)
{
    private const string Purpose = "email-confirmation";
    private const char Separator = '.';

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Returns a token for an account's present address.</summary>
    public string For(Account account) => Write(account, (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());

    /// <summary>Returns the account id that a token claims; null if the token is malformed or expired.</summary>
    public string? AccountIdOf(string token) =>
        token.Split(Separator) is [{ Length: > 0 } id, var expires, { Length: > 0 }]
        && long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds > time.GetUtcNow().ToUnixTimeSeconds()
        && Base64Url.IsValid(id)
            ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(id))
            : null;

    /// <summary>Whether the token was created for the account and its present address.</summary>
    public bool IsFor(Account account, string token) =>
        token.Split(Separator) is [_, var expires, _]
        && long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(Write(account, seconds)));

    private string Write(Account account, long expires)
    {
        // An authority's ids may have any characters.
        var id = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(account.Id));
        var what = string.Create(CultureInfo.InvariantCulture, $"{id}{Separator}{expires}");
        return $"{what}{Separator}{Base64Url.EncodeToString(key.Hash(Purpose, Encoding.UTF8.GetBytes($"{what}\n{account.Email}")))}";
    }
}

/// <summary>Confirms an address by the token that was mailed to it.</summary>
public sealed class ConfirmEmail(IRepository<Account> accounts, EmailToken tokens)
{
    /// <summary>Confirms an e-mail address by the token that was mailed to it.</summary>
    public static async Task<IResult> Post(ConfirmEmailRequest request, ConfirmEmail handler, CancellationToken cancellationToken) =>
        (await handler.Handle(request, cancellationToken)).Error is { } fault ? fault.ToProblem() : Results.NoContent();

    /// <summary>Returns the account, or <c>validation</c>. Idempotent.</summary>
    public async Task<Result<Account>> Handle(ConfirmEmailRequest request, CancellationToken cancellationToken)
    {
        if (request.Token is not { Length: > 0 and <= 500 } token || tokens.AccountIdOf(token) is not { } id)
        {
            return Refused();
        }

        var confirmed = await accounts.UpdateAsync(
            id,
            account => tokens.IsFor(account, token) ? account.ConfirmEmail() : Refused(),
            handled: null,
            cancellationToken
        );
        return confirmed is { Succeeded: false, Error.Code: ErrorCodes.NotFound } ? Refused() : confirmed;
    }

    private static Error Refused() =>
        Error.Validation(
            new Dictionary<string, string[]>(StringComparer.Ordinal)
            {
                ["token"] = ["is not valid or has expired; saving the profile sends a new one"],
            }
        );
}
