using System.Text.RegularExpressions;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>The password rules of this deployment. They do not apply to the Development accounts that the seed command creates.</summary>
/// <param name="MinimumPasswordLength">In characters.</param>
public sealed record AccountPolicy(int MinimumPasswordLength)
{
    private const int MinLength = 8;
    private const int MaxLength = 128;

    /// <summary>Returns why a new password is refused; null if it is accepted.</summary>
    public string? Validate(string? password) =>
        password is null || password.Length < MinimumPasswordLength || password.Length > MaxLength
            ? $"must have {MinimumPasswordLength} to {MaxLength} characters"
        : CommonPasswords.Contains(password) ? "is a common password; choose another"
        : null;

    internal static AccountPolicy From(IHostApplicationBuilder builder) =>
        new(builder.ReadNumber("Accounts:MinimumPasswordLength", otherwise: MinLength, MinLength, MaxLength));
}

/// <summary>Creates accounts: for customers, for operators, and for the seed command.</summary>
public sealed class Register(IRepository<Account> accounts, PasswordHashing passwords, AccountPolicy policy, TimeProvider time)
{
    /// <summary>Creates a customer's account.</summary>
    public static async Task<IResult> Post(RegisterRequest request, Register handler, CancellationToken cancellationToken) =>
        (await handler.Handle(request, cancellationToken)).ToCreated(_ => "/api/profile", UserResponse.Of);

    /// <summary>Creates a customer's account. Errors: <c>validation</c>, <c>already-exists</c>.</summary>
    public async Task<Result<Account>> Handle(RegisterRequest request, CancellationToken cancellationToken) =>
        request.Validate(policy) is { } invalid
            ? invalid
            : await CreateAsync(
                new(request.Username!, request.Name!.Trim(), [BuildingBlocks.Security.Roles.Customer])
                {
                    Email = string.IsNullOrEmpty(request.Email) ? null : request.Email,
                    Phone = request.Phone,
                    Address = request.Address,
                },
                request.Password!,
                cancellationToken
            );

    internal async Task<Result<Account>> CreateAsync(NewAccount account, string password, CancellationToken cancellationToken)
    {
        // The name is looked up first, because the hash is by far the most expensive step.
        if (await accounts.FindAsync(Account.IdOf(account.Username), cancellationToken) is not null)
        {
            return UsernameTakenFault();
        }

        string hash;
        try
        {
            hash = await passwords.HashAsync(password, cancellationToken);
        }
        catch (PasswordQueueFullException e)
        {
            return e.Fault;
        }

        var created = Account.Create(account, hash, time.GetUtcNow());
        var events = created.RequestConfirmation(new(created.Id, created.CreatedAt));
        return await accounts.AddAsync(created, events, handled: null, cancellationToken) ? created : UsernameTakenFault();
    }

    private static Error UsernameTakenFault() => new(ErrorCodes.AlreadyExists, "This user name is taken.");
}

internal static partial class RegisterRequests
{
    extension(RegisterRequest request)
    {
        /// <summary>Returns all validation errors, or null. E-mail, phone and address are optional and may be given later.</summary>
        public Error? Validate(AccountPolicy policy)
        {
            var errors = new ValidationErrors();
            errors.Require(IsUsername(request.Username), "username", "must have 3 to 64 letters, digits, dots, dashes, underscores or @");
            var refusal = policy.Validate(request.Password);
            errors.Require(refusal is null, "password", refusal ?? "");
            CustomerValidation.Check(errors, request.Name, request.Email, request.Phone, request.Address);
            return errors.ToFault();
        }
    }

    internal static bool IsUsername(string? text) => text is not null && UsernameForm().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9._@-]{3,64}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex UsernameForm();
}

internal static class UserResponses
{
    extension(UserResponse)
    {
        /// <summary>Maps an account to a response, without the password hash and private data.</summary>
        public static UserResponse Of(Account account) => new(account.Id, account.Username, account.Name, account.Roles);
    }
}
