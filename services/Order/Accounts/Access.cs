using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>The access versions in Order's own store. An account that is not there was deleted, or is an authority's.</summary>
public sealed class StoredAccountVersions(IRepository<Account> accounts, Authority? authority = null) : IAccountVersions
{
    /// <inheritdoc/>
    public async Task<long?> FindAsync(string accountId, CancellationToken cancellationToken) =>
        await accounts.Find(accountId, cancellationToken) is { } account
            ? account.Disabled
                ? AccountAccess.Withdrawn
                : account.AccessVersion
            : authority is null
                ? AccountAccess.Withdrawn
                : 0;
}

/// <summary>Ends what was signed in as an account, and says which version counts.</summary>
public sealed class Access(IRepository<Account> accounts, AccountAccess access, TimeProvider time, Authority? authority = null)
{
    /// <summary>GET /internal/accounts/{id}/access: for the processes that do not have the accounts.</summary>
    public static async Task<IResult> Get(string id, IAccountVersions versions, CancellationToken cancellationToken) =>
        Results.Ok(new AccessResponse(await versions.FindAsync(id, cancellationToken) ?? AccountAccess.Withdrawn));

    /// <summary>POST /api/auth/logout/everywhere: ends every session and token of the caller, the one that asks too.</summary>
    public static async Task<IResult> PostLogoutEverywhere(Access handler, HttpContext http, CancellationToken cancellationToken) =>
        await handler.EndOwnAsync(http.User.Id(), http.User.DisplayName() ?? "", cancellationToken) is { } fault
            ? fault.ToProblem()
            : Results.NoContent();

    /// <summary>Changes an account in a way that withdraws access, and tells all processes.</summary>
    /// <returns>The account afterwards; <c>not-found</c>.</returns>
    public async Task<Outcome<Account>> WithdrawAsync(string accountId, Action<Account> change, CancellationToken cancellationToken)
    {
        var changed = await accounts.Update(
            accountId,
            account =>
            {
                change(account);
                return true;
            },
            handled: null,
            cancellationToken
        );
        if (changed.Succeeded)
        {
            var version = changed.Value.Disabled ? AccountAccess.Withdrawn : changed.Value.AccessVersion;
            await access.PublishAsync(accountId, version, cancellationToken);
        }

        return changed;
    }

    private async Task<Fault?> EndOwnAsync(string accountId, string name, CancellationToken cancellationToken)
    {
        if (authority is not null && await accounts.Find(accountId, cancellationToken) is null)
        {
            // Whoever of two is slower finds the account of the other.
            await accounts.Add(Account.OfAuthority(accountId, name, time.GetUtcNow()), [], handled: null, cancellationToken);
        }

        var ended = await WithdrawAsync(accountId, account => account.WithdrawAccess(), cancellationToken);
        return ended.Succeeded ? null : ended.Fault;
    }
}
