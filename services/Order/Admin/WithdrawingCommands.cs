using MariosPizzeria.OrderService.Accounts;

namespace MariosPizzeria.OrderService.Admin;

/// <summary>Sets the password of an account. This also enables a disabled account.</summary>
internal sealed class SetPasswordCommand(
    AccountAccessEndpoints access,
    PasswordHashing passwords,
    AccountPolicy policy,
    Authority? authority = null
) : AccessRevokingCommand(access, authority)
{
    public override string Name => "set-password";

    public override string Description => "sets the password, from stdin, and enables a disabled account: --username NAME";

    protected override string Arguments => "< password";

    protected override async Task<int> RunAsync(
        string username,
        IReadOnlyDictionary<string, string> options,
        CancellationToken cancellationToken
    )
    {
        // The password rules are those of a new account; the other fields are always valid here.
        var request = new RegisterRequest
        {
            Username = "any",
            Name = "any",
            Password = await Console.In.ReadLineAsync(cancellationToken),
        };
        if (request.Validate(policy) is { Errors: { } errors })
        {
            return await RefuseAsync($"password {string.Join("; ", errors.SelectMany(error => error.Value))}");
        }

        var hash = await passwords.HashAsync(request.Password!, cancellationToken);
        return await ChangeAsync(username, account => account.SetPassword(hash), "has a new password", cancellationToken);
    }
}

/// <summary>Replaces the roles of an account.</summary>
internal sealed class SetRolesCommand(AccountAccessEndpoints access, Authority? authority = null) : AccessRevokingCommand(access, authority)
{
    public override string Name => "set-roles";

    public override string Description => "replaces the roles: --username NAME --role ROLE[,ROLE]";

    protected override string Arguments => "--role ROLE[,ROLE], of customer, chef, driver and manager";

    protected override IReadOnlyCollection<string> Options => ["--role", "--roles"];

    protected override async Task<int> RunAsync(
        string username,
        IReadOnlyDictionary<string, string> options,
        CancellationToken cancellationToken
    ) =>
        RolesOf(options.GetValueOrDefault("--role") ?? options.GetValueOrDefault("--roles")) is { } roles
            ? await ChangeAsync(username, account => account.SetRoles(roles), $"is {string.Join(", ", roles)}", cancellationToken)
            : await RefuseAsync($"Usage: {Name} --username NAME {Arguments}");
}

/// <summary>Disables an account: sign-in is refused. Its orders and its profile are kept.</summary>
internal sealed class DisableUserCommand(AccountAccessEndpoints access, Authority? authority = null)
    : AccessRevokingCommand(access, authority)
{
    public override string Name => "disable-user";

    public override string Description => "disables the account until set-password: --username NAME";

    protected override string Arguments => "";

    protected override Task<int> RunAsync(
        string username,
        IReadOnlyDictionary<string, string> options,
        CancellationToken cancellationToken
    ) => ChangeAsync(username, account => account.Disable(), "is disabled", cancellationToken);
}
