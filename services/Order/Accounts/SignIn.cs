using System.Text.Json.Serialization;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.Ordering.Accounts;

/// <summary>A user name and a password.</summary>
public sealed record SignInRequest(string? Username, string? Password);

/// <summary>A token for a program (RFC 6749, 5.1).</summary>
/// <param name="AccessToken">To be sent as <c>Authorization: Bearer …</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds.</param>
public sealed record TokenResponse(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn
);

/// <summary>
/// Checks who somebody is. An unknown name and a wrong password are answered alike and after the same time. Ten failures within
/// fifteen minutes slow an account down to one try in ten seconds: too slow for guessing, and no way to lock somebody out for good.
/// </summary>
public sealed class SignIn(IRepository<Account> accounts, Passwords passwords, ICache cache, Tokens tokens)
{
    private const int FailuresBeforeSlow = 10;

    private static readonly TimeSpan FailuresWithin = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan SlowInterval = TimeSpan.FromSeconds(10);

    /// <summary>POST /api/auth/token.</summary>
    public static async Task<IResult> PostToken(SignInRequest request, SignIn handler, CancellationToken cancellationToken) =>
        (await handler.Handle(request, cancellationToken)).ToOk(handler.TokenFor);

    /// <summary>POST /internal/auth/verify: for the gateway, which makes a session of it.</summary>
    public static async Task<IResult> PostVerify(SignInRequest request, SignIn handler, CancellationToken cancellationToken) =>
        (await handler.Handle(request, cancellationToken)).ToOk(UserResponse.Of);

    /// <summary>The account, or <c>unauthenticated</c>, <c>rate-limited</c> or <c>validation</c>.</summary>
    public async Task<Outcome<Account>> Handle(SignInRequest request, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        errors.Require(request.Username is { Length: >= 1 and <= 256 }, "username", "is required");
        errors.Require(request.Password is { Length: >= 1 and <= 256 }, "password", "is required");
        if (errors.ToFault() is { } invalid)
        {
            return invalid;
        }

        var id = Account.IdOf(request.Username!);
        if (await IsSlowedDown(id, cancellationToken))
        {
            return new Fault(Slugs.RateLimited, "Too many failed sign-ins; try again in a moment.") { RetryAfter = SlowInterval };
        }

        var account = await accounts.Find(id, cancellationToken);
        if (await passwords.Verify(account, request.Password!, cancellationToken))
        {
            return account!;
        }

        await cache.Increment(FailuresKey(id), FailuresWithin, cancellationToken);
        return new Fault(Slugs.Unauthenticated, "The user name or the password is wrong.");
    }

    private static string FailuresKey(string id) => $"signin-failures:{id}";

    private async Task<bool> IsSlowedDown(string id, CancellationToken cancellationToken) =>
        int.TryParse(
            await cache.Get(FailuresKey(id), cancellationToken),
            System.Globalization.CultureInfo.InvariantCulture,
            out var failures
        )
        && failures >= FailuresBeforeSlow
        && !await cache.Add($"signin-slow:{id}", "1", SlowInterval, cancellationToken);

    private TokenResponse TokenFor(Account account) =>
        new(tokens.Issue(account.Id, account.Name, account.Roles, Tokens.Lifetime), "Bearer", (int)Tokens.Lifetime.TotalSeconds);
}
