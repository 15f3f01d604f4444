using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.ServiceDefaults.Admin;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Admin;

/// <summary>
/// A command about one account, which is named with <c>--username</c>. Passwords come on stdin: on the command line every process could
/// read them.
/// </summary>
internal abstract class AccountCommand(Authority? authority) : AdminCommand
{
    private const string UsernameOption = "--username";

    /// <summary>The arguments, for the usage.</summary>
    protected abstract string Arguments { get; }

    /// <summary>The options that it takes besides <c>--username</c>.</summary>
    protected virtual IReadOnlyCollection<string> Options => [];

    /// <inheritdoc/>
    public override async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (authority is not null)
        {
            return await RefuseAsync(OwnAccounts.AreKeptBy(authority).Detail);
        }

        return Parse(args) is { } options && options.TryGetValue(UsernameOption, out var username)
            ? await RunAsync(username, options, cancellationToken)
            : await RefuseAsync($"Usage: {Name} {UsernameOption} NAME {Arguments}");
    }

    /// <summary>Does it.</summary>
    protected abstract Task<int> RunAsync(
        string username,
        IReadOnlyDictionary<string, string> options,
        CancellationToken cancellationToken
    );

    /// <summary>Says on stderr why not.</summary>
    protected static async Task<int> RefuseAsync(string why)
    {
        await Console.Error.WriteLineAsync(why.TrimEnd());
        return 1;
    }

    /// <summary>The roles of a list with commas; null where one is none that a person can have.</summary>
    protected static IReadOnlyList<string>? RolesOf(string? list)
    {
        var roles = (list ?? "").Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToList();
        return roles.TrueForAll(role => role == Roles.Customer || Roles.Staff.Contains(role, StringComparer.Ordinal)) ? roles : null;
    }

    /// <summary>Options with their values, or null where something else was written.</summary>
    private Dictionary<string, string>? Parse(IReadOnlyList<string> args)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--password-stdin")
            {
                continue; // says what is done anyway
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

/// <summary>A command that withdraws access: what is signed in as the account ends within a minute.</summary>
internal abstract class WithdrawingCommand(Access access, Authority? authority) : AccountCommand(authority)
{
    /// <summary>Changes the account, and says on stdout what became of it.</summary>
    protected async Task<int> ChangeAsync(string username, Action<Account> change, string done, CancellationToken cancellationToken)
    {
        var changed = await access.WithdrawAsync(Account.IdOf(username), change, cancellationToken);
        if (!changed.Succeeded)
        {
            return await RefuseAsync(
                changed.Fault.Slug == Contracts.Slugs.NotFound ? $"There is no account {username}." : changed.Fault.Detail
            );
        }

        await Console.Out.WriteLineAsync($"{username}: {done}; its sessions, tokens and streams end within a minute");
        return 0;
    }
}
