using System.Globalization;
using System.Text.RegularExpressions;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>What a password needs in this deployment. Development's own accounts, which the seed makes, are not asked.</summary>
/// <param name="MinimumPasswordLength">In characters.</param>
public sealed record AccountPolicy(int MinimumPasswordLength)
{
    private const int Least = 8;
    private const int Most = 128;

    /// <summary>What is wrong with a new password; null where nothing is.</summary>
    public string? Refuse(string? password) =>
        password is null || password.Length < MinimumPasswordLength || password.Length > Most
            ? $"has {MinimumPasswordLength} to {Most} characters"
        : CommonPasswords.Contain(password) ? "is one of the passwords that are tried first; choose another"
        : null;

    internal static AccountPolicy From(IHostApplicationBuilder builder)
    {
        if (builder.Configuration["Accounts:MinimumPasswordLength"] is not { Length: > 0 } text)
        {
            return new(Least);
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length is >= Least and <= Most)
        {
            return new(length);
        }

        builder.ReportFault("Accounts__MinimumPasswordLength", $"is not a whole number from {Least} to {Most}");
        return new(Least);
    }
}

/// <summary>Makes accounts: a customer's own, and those an operator or the seed asks for.</summary>
public sealed class Register(IRepository<Account> accounts, Passwords passwords, AccountPolicy policy, TimeProvider time)
{
    /// <summary>POST /api/auth/register.</summary>
    public static async Task<IResult> Post(RegisterRequest request, Register handler, CancellationToken cancellationToken) =>
        (await handler.Handle(request, cancellationToken)).ToCreated(_ => "/api/profile", UserResponse.Of);

    /// <summary>A customer's account, or <c>validation</c> or <c>already-exists</c>.</summary>
    public async Task<Outcome<Account>> Handle(RegisterRequest request, CancellationToken cancellationToken) =>
        request.Validate(policy) is { } invalid
            ? invalid
            : await Create(
                new(request.Username!, request.Name!.Trim(), [ServiceDefaults.Security.Roles.Customer])
                {
                    Email = string.IsNullOrEmpty(request.Email) ? null : request.Email,
                    Phone = request.Phone,
                    Address = request.Address,
                },
                request.Password!,
                cancellationToken
            );

    internal async Task<Outcome<Account>> Create(NewAccount account, string password, CancellationToken cancellationToken)
    {
        // Looked up first: the hash is by far the dearest part.
        if (await accounts.Find(Account.IdOf(account.Username), cancellationToken) is not null)
        {
            return Taken();
        }

        string hash;
        try
        {
            hash = await passwords.Hash(password, cancellationToken);
        }
        catch (PasswordQueueFullException e)
        {
            return e.Fault;
        }

        var created = Account.Create(account, hash, time.GetUtcNow());
        var events = created.RequestConfirmation(new(created.Id, created.CreatedAt));
        return await accounts.Add(created, events, handled: null, cancellationToken) ? created : Taken();
    }

    private static Fault Taken() => new(Slugs.AlreadyExists, "This user name is taken.");
}

/// <summary>What a registration must say.</summary>
internal static partial class RegisterRequests
{
    extension(RegisterRequest request)
    {
        /// <summary>All that is wrong, or null. E-mail, phone and address may be given later.</summary>
        public Fault? Validate(AccountPolicy policy)
        {
            var errors = new ValidationErrors();
            errors.Require(IsUsername(request.Username), "username", "has 3 to 64 letters, digits, dots, dashes, underscores or @");
            var refusal = policy.Refuse(request.Password);
            errors.Require(refusal is null, "password", refusal ?? "");
            CustomerRules.Check(errors, request.Name, request.Email, request.Phone, request.Address);
            return errors.ToFault();
        }
    }

    internal static bool IsUsername(string? text) => text is not null && UsernameForm().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9._@-]{3,64}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex UsernameForm();
}

/// <summary>Shows accounts.</summary>
internal static class UserResponses
{
    extension(UserResponse)
    {
        /// <summary>The document, without the hash and what is private.</summary>
        public static UserResponse Of(Account account) => new(account.Id, account.Username, account.Name, account.Roles);
    }
}
