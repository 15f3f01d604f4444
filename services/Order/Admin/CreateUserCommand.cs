using MariosPizzeria.OrderService.Accounts;

namespace MariosPizzeria.OrderService.Admin;

internal sealed class CreateUserCommand(Register register, AccountPolicy policy, Authority? authority = null) : AccountCommand(authority)
{
    public override string Name => "create-user";

    public override string Description => "creates an account: --username NAME --role ROLE [--name NAME], with the password from stdin";

    protected override string Arguments => "--role customer|chef|driver|manager [--name NAME] < password";

    protected override IReadOnlyCollection<string> Options => ["--role", "--name"];

    protected override async Task<int> RunAsync(
        string username,
        IReadOnlyDictionary<string, string> options,
        CancellationToken cancellationToken
    )
    {
        if (RolesOf(options.GetValueOrDefault("--role")) is not [var role])
        {
            return await RefuseAsync($"Usage: {Name} --username NAME {Arguments}");
        }

        var request = new RegisterRequest
        {
            Username = username,
            Name = options.GetValueOrDefault("--name", username),
            Password = await Console.In.ReadLineAsync(cancellationToken),
        };
        if (request.Validate(policy) is { Errors: { } errors })
        {
            return await RefuseAsync(
                string.Join(Environment.NewLine, errors.Select(error => $"{error.Key} {string.Join("; ", error.Value)}"))
            );
        }

        var made = await register.CreateAsync(new(username, request.Name, [role]), request.Password!, cancellationToken);
        if (!made.Succeeded)
        {
            return await RefuseAsync(made.Error.Detail);
        }

        await Console.Out.WriteLineAsync($"{username}: created, with the role {role}");
        return 0;
    }
}
