using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.OrderService.Accounts;

namespace MariosPizzeria.OrderService.Admin;

/// <summary>
/// A command about one account, which is named with <c>--username</c>. Passwords are read from stdin, because every process can read the
/// command line.
/// </summary>
internal abstract class AccountCommand(Authority? authority) : AdminCommand
{
    private const string UsernameOption = "--username";

    /// <summary>The arguments, as shown in the usage text.</summary>
    protected abstract string Arguments { get; }

    /// <summary>The options of the command besides <c>--username</c>.</summary>
    protected virtual IReadOnlyCollection<string> Options => [];

    public override async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (authority is not null)
        {
            return await RefuseAsync(LocalAccounts.UseLocalAccounts(authority).Detail);
        }

        return Parse(args) is { } options && options.TryGetValue(UsernameOption, out var username)
            ? await RunAsync(username, options, cancellationToken)
            : await RefuseAsync($"Usage: {Name} {UsernameOption} NAME {Arguments}");
    }

    /// <summary>Runs the command with its parsed options.</summary>
    protected abstract Task<int> RunAsync(
        string username,
        IReadOnlyDictionary<string, string> options,
        CancellationToken cancellationToken
    );

    /// <summary>Writes the reason to stderr and returns exit code 1.</summary>
    protected static async Task<int> RefuseAsync(string why)
    {
        await Console.Error.WriteLineAsync(why.TrimEnd());
        return 1;
    }

    /// <summary>Parses a comma-separated list of roles; null if it contains a role that a user cannot have.</summary>
    protected static IReadOnlyList<string>? RolesOf(string? list)
    {
        var roles = (list ?? "").Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToList();
        return roles.TrueForAll(role => role == Roles.Customer || Roles.Staff.Contains(role, StringComparer.Ordinal)) ? roles : null;
    }

    /// <summary>Parses the options and their values; null if there is any other argument.</summary>
    private Dictionary<string, string>? Parse(IReadOnlyList<string> args)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--password-stdin")
            {
                continue; // the password is always read from stdin
            }

            if (!(args[i] == UsernameOption || Options.Contains(args[i])) || i + 1 == args.Count)
            {
                return null;
            }

            options[args[i]] = args[++i];
        }

        return options;
    }
}

/// <summary>A command that revokes access: the sessions, tokens and streams of the account end within a minute.</summary>
internal abstract class AccessRevokingCommand(AccountAccessEndpoints access, Authority? authority) : AccountCommand(authority)
{
    /// <summary>Changes the account, and writes the result to stdout.</summary>
    protected async Task<int> ChangeAsync(string username, Action<Account> change, string done, CancellationToken cancellationToken)
    {
        var changed = await access.RevokeAsync(Account.IdOf(username), change, cancellationToken);
        if (!changed.Succeeded)
        {
            return await RefuseAsync(
                changed.Error.Code == Contracts.ErrorCodes.NotFound ? $"There is no account {username}." : changed.Error.Detail
            );
        }

        await Console.Out.WriteLineAsync($"{username}: {done}; its sessions, tokens and streams end within a minute");
        return 0;
    }
}
