using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Admin;

/// <summary>Gives an account another password. A disabled account can be used again with it.</summary>
internal sealed class SetPasswordCommand(Access access, Passwords passwords, AccountPolicy policy, Authority? authority = null)
    : WithdrawingCommand(access, authority)
{
    public override string Name => "set-password";

    public override string Description => "another password, on stdin, also for a disabled account: --username NAME";

    protected override string Arguments => "< password";

    protected override async Task<int> RunAsync(
        string username,
        IReadOnlyDictionary<string, string> options,
        CancellationToken cancellationToken
    )
    {
        // Its rules are those of a new account, and it is the only field that can be wrong here.
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

        var hash = await passwords.Hash(request.Password!, cancellationToken);
        return await ChangeAsync(username, account => account.SetPassword(hash), "has another password", cancellationToken);
    }
}

/// <summary>Gives an account other roles, in place of those it has.</summary>
internal sealed class SetRolesCommand(Access access, Authority? authority = null) : WithdrawingCommand(access, authority)
{
    public override string Name => "set-roles";

    public override string Description => "other roles: --username NAME --role ROLE[,ROLE]";

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

/// <summary>Lets nobody sign in with an account any more. Its orders and its profile stay.</summary>
internal sealed class DisableUserCommand(Access access, Authority? authority = null) : WithdrawingCommand(access, authority)
{
    public override string Name => "disable-user";

    public override string Description => "nobody can sign in with the account, until set-password: --username NAME";

    protected override string Arguments => "";

    protected override Task<int> RunAsync(
        string username,
        IReadOnlyDictionary<string, string> options,
        CancellationToken cancellationToken
    ) => ChangeAsync(username, account => account.Disable(), "is disabled", cancellationToken);
}
