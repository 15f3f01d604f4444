using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>
/// The token in a confirmation mail: who has it reads the address. An HMAC over account, address and expiry, recomputed to check it and
/// kept nowhere; it counts for nothing once the account has another address.
/// </summary>
public sealed class EmailToken(ServerKey key, TimeProvider time)
{
    private const string Purpose = "email-confirmation";
    private const char Separator = '.';

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>A token for an account's present address.</summary>
    public string For(Account account) => Write(account, (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());

    /// <summary>The id of the account that a token says it is for; null where it is no token or its time is over.</summary>
    public string? AccountIdOf(string token) =>
        token.Split(Separator) is [{ Length: > 0 } id, var expires, { Length: > 0 }]
        && long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds > time.GetUtcNow().ToUnixTimeSeconds()
        && Base64Url.IsValid(id)
            ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(id))
            : null;

    /// <summary>Whether it was made for the account and its present address.</summary>
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
    /// <summary>POST /api/profile/email/confirm.</summary>
    public static async Task<IResult> Post(ConfirmEmailRequest request, ConfirmEmail handler, CancellationToken cancellationToken) =>
        (await handler.Handle(request, cancellationToken)).Fault is { } fault ? fault.ToProblem() : Results.NoContent();

    /// <summary>The account, or <c>validation</c>. Twice is fine.</summary>
    public async Task<Outcome<Account>> Handle(ConfirmEmailRequest request, CancellationToken cancellationToken)
    {
        if (request.Token is not { Length: > 0 and <= 500 } token || tokens.AccountIdOf(token) is not { } id)
        {
            return Refused();
        }

        var confirmed = await accounts.Update(
            id,
            account => tokens.IsFor(account, token) ? account.ConfirmEmail() : Refused(),
            handled: null,
            cancellationToken
        );
        return confirmed is { Succeeded: false, Fault.Slug: Slugs.NotFound } ? Refused() : confirmed;
    }

    private static Fault Refused() =>
        Fault.Validation(
            new Dictionary<string, string[]>(StringComparer.Ordinal)
            {
                ["token"] = ["is not valid, or not any more; saving the profile sends another"],
            }
        );
}
