namespace MariosPizzeria.OrderService.Accounts;

/// <summary>
/// Checks a user name and a password. An unknown name and a wrong password give the same response after the same time.
/// <see cref="SignInLimit"/> limits the number of attempts.
/// </summary>
public sealed class SignIn(
    IRepository<Account> accounts,
    PasswordHashing passwords,
    SignInLimit limit,
    SealedClientAddress clientAddress,
    AccessTokenIssuer tokens
)
{
    /// <summary>Creates an access token for a program.</summary>
    public static async Task<IResult> PostToken(
        SignInRequest request,
        SignIn handler,
        HttpContext http,
        CancellationToken cancellationToken
    ) => (await handler.Handle(request, http, cancellationToken)).ToOk(handler.TokenFor);

    /// <summary>POST /internal/auth/verify: for the gateway, which creates a session for the account.</summary>
    public static async Task<IResult> PostVerify(
        SignInRequest request,
        SignIn handler,
        HttpContext http,
        CancellationToken cancellationToken
    ) => (await handler.Handle(request, http, cancellationToken)).ToOk(VerifiedResponse.Of);

    /// <summary>Returns the account, or <c>unauthenticated</c>, <c>rate-limited</c> or <c>validation</c>.</summary>
    public async Task<Result<Account>> Handle(SignInRequest request, HttpContext http, CancellationToken cancellationToken)
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
            return new Error(ErrorCodes.RateLimited, "Too many failed sign-ins; try again in a moment.")
            {
                RetryAfter = SignInLimit.SlowInterval,
            };
        }

        try
        {
            var account = await accounts.FindAsync(id, cancellationToken);
            if (await passwords.VerifyAsync(account, request.Password!, cancellationToken))
            {
                return account!;
            }
        }
        catch (PasswordQueueFullException e)
        {
            return e.Fault;
        }

        attempt.HasFailed = true;
        return new Error(ErrorCodes.Unauthenticated, "The user name or the password is wrong.");
    }

    private TokenResponse TokenFor(Account account) =>
        new(
            tokens.Issue(account.Id, account.Name, account.Roles, AccessTokenIssuer.Lifetime, account.AccessVersion),
            "Bearer",
            (int)AccessTokenIssuer.Lifetime.TotalSeconds
        );
}

internal static class VerifiedResponses
{
    extension(VerifiedResponse)
    {
        /// <summary>Maps an account to a response, without the password hash and private data.</summary>
        public static VerifiedResponse Of(Account account) =>
            new(account.Id, account.Username, account.Name, account.Roles, account.AccessVersion);
    }
}
