using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>
/// Checks who somebody is. An unknown name and a wrong password are answered alike and after the same time. <see cref="SignInLimit"/>
/// bounds the tries.
/// </summary>
public sealed class SignIn(
    IRepository<Account> accounts,
    Passwords passwords,
    SignInLimit limit,
    ClientAddress clientAddress,
    Tokens tokens
)
{
    /// <summary>POST /api/auth/token.</summary>
    public static async Task<IResult> PostToken(
        SignInRequest request,
        SignIn handler,
        HttpContext http,
        CancellationToken cancellationToken
    ) => (await handler.Handle(request, http, cancellationToken)).ToOk(handler.TokenFor);

    /// <summary>POST /internal/auth/verify: for the gateway, which makes a session of it.</summary>
    public static async Task<IResult> PostVerify(
        SignInRequest request,
        SignIn handler,
        HttpContext http,
        CancellationToken cancellationToken
    ) => (await handler.Handle(request, http, cancellationToken)).ToOk(VerifiedResponse.Of);

    /// <summary>The account, or <c>unauthenticated</c>, <c>rate-limited</c> or <c>validation</c>.</summary>
    public async Task<Outcome<Account>> Handle(SignInRequest request, HttpContext http, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        errors.Require(request.Username is { Length: >= 1 and <= 256 }, "username", "is required");
        errors.Require(request.Password is { Length: >= 1 and <= 256 }, "password", "is required");
        if (errors.ToFault() is { } invalid)
        {
            return invalid;
        }

        var id = Account.IdOf(request.Username!);
        await using var attempt = await limit.BeginAsync(id, clientAddress.Of(http), cancellationToken);
        if (attempt is null)
        {
            return new Fault(Slugs.RateLimited, "Too many failed sign-ins; try again in a moment.")
            {
                RetryAfter = SignInLimit.SlowInterval,
            };
        }

        try
        {
            var account = await accounts.Find(id, cancellationToken);
            if (await passwords.Verify(account, request.Password!, cancellationToken))
            {
                return account!;
            }
        }
        catch (PasswordQueueFullException e)
        {
            return e.Fault;
        }

        attempt.HasFailed = true;
        return new Fault(Slugs.Unauthenticated, "The user name or the password is wrong.");
    }

    private TokenResponse TokenFor(Account account) =>
        new(
            tokens.Issue(account.Id, account.Name, account.Roles, Tokens.Lifetime, account.AccessVersion),
            "Bearer",
            (int)Tokens.Lifetime.TotalSeconds
        );
}

/// <summary>Shows accounts to the gateway.</summary>
internal static class VerifiedResponses
{
    extension(VerifiedResponse)
    {
        /// <summary>The document, without the hash and what is private.</summary>
        public static VerifiedResponse Of(Account account) =>
            new(account.Id, account.Username, account.Name, account.Roles, account.AccessVersion);
    }
}
