using MariosPizzeria.Ordering.Accounts;
using MariosPizzeria.ServiceDefaults.Admin;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.Ordering.Admin;

/// <summary>Makes an account in any environment. The password comes on stdin: on the command line every process could read it.</summary>
internal sealed class CreateUserCommand(Register register, AccountPolicy policy, Authority? authority = null) : AdminCommand
{
    private const string Usage = "Usage: create-user --username NAME --role customer|chef|driver|manager [--name NAME] < password";

    public override string Name => "create-user";

    public override string Description => "makes an account: --username NAME --role ROLE [--name NAME], the password on stdin";

    public override async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (authority is not null)
        {
            await Console.Error.WriteLineAsync(OwnAccounts.AreKeptBy(authority).Detail);
            return 1;
        }

        if (
            Parse(args) is not { } options
            || !options.TryGetValue("--username", out var username)
            || !options.TryGetValue("--role", out var role)
            || !(role == Roles.Customer || Roles.Staff.Contains(role, StringComparer.Ordinal))
        )
        {
            await Console.Error.WriteLineAsync(Usage);
            return 1;
        }

        var request = new RegisterRequest
        {
            Username = username,
            Name = options.GetValueOrDefault("--name", username),
            Password = await Console.In.ReadLineAsync(cancellationToken),
        };
        if (request.Validate(policy) is { Errors: { } errors })
        {
            await Console.Error.WriteLineAsync(
                string.Join(Environment.NewLine, errors.Select(error => $"{error.Key} {string.Join("; ", error.Value)}"))
            );
            return 1;
        }

        var made = await register.Create(new(username, request.Name, [role]), request.Password!, cancellationToken);
        if (!made.Succeeded)
        {
            await Console.Error.WriteLineAsync(made.Fault.Detail);
            return 1;
        }

        await Console.Out.WriteLineAsync($"{username}: made, with the role {role}");
        return 0;
    }

    /// <summary>Options with their values, or null where something else was written.</summary>
    private static Dictionary<string, string>? Parse(IReadOnlyList<string> args)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--password-stdin")
            {
                continue; // says what is done anyway
            }

            if (args[i] is not ("--username" or "--role" or "--name") || i + 1 == args.Count)
            {
                return null;
            }

            options[args[i]] = args[++i];
        }

        return options;
    }
}
