namespace MariosPizzeria.OrderService.Accounts;

/// <summary>
/// The access versions in Order's own store. An account that is not stored was deleted, or belongs to an external authority.
/// </summary>
public sealed class StoredAccountVersions(IRepository<Account> accounts, Authority? authority = null) : IAccountVersions
{
    public async Task<long?> FindAsync(string accountId, CancellationToken cancellationToken) =>
        await accounts.FindAsync(accountId, cancellationToken) is { } account
            ? account.Disabled
                ? AccountAccess.RevokedVersion
                : account.AccessVersion
            : authority is null
                ? AccountAccess.RevokedVersion
                : 0;
}

/// <summary>Revokes the access of an account, and returns its valid access version.</summary>
public sealed class AccountAccessEndpoints(
    IRepository<Account> accounts,
    AccountAccess access,
    TimeProvider time,
    Authority? authority = null
)
{
    /// <summary>GET /internal/accounts/{id}/access: for processes without access to the account documents.</summary>
    public static async Task<IResult> Get(string id, IAccountVersions versions, CancellationToken cancellationToken) =>
        Results.Ok(new AccessResponse(await versions.FindAsync(id, cancellationToken) ?? AccountAccess.RevokedVersion));

    /// <summary>Ends every session and token of the caller within a minute, including the one of this request.</summary>
    public static async Task<IResult> PostLogoutEverywhere(
        AccountAccessEndpoints handler,
        HttpContext http,
        CancellationToken cancellationToken
    ) =>
        await handler.RevokeOwnAsync(http.User.Id(), http.User.DisplayName() ?? "", cancellationToken) is { } fault
            ? fault.ToProblem()
            : Results.NoContent();

    /// <summary>Changes an account in a way that revokes access, and notifies all processes.</summary>
    /// <returns>The changed account, or <c>not-found</c>.</returns>
    public async Task<Result<Account>> RevokeAsync(string accountId, Action<Account> change, CancellationToken cancellationToken)
    {
        var changed = await accounts.UpdateAsync(
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
            var version = changed.Value.Disabled ? AccountAccess.RevokedVersion : changed.Value.AccessVersion;
            await access.PublishAsync(accountId, version, cancellationToken);
        }

        return changed;
    }

    private async Task<Error?> RevokeOwnAsync(string accountId, string name, CancellationToken cancellationToken)
    {
        if (authority is not null && await accounts.FindAsync(accountId, cancellationToken) is null)
        {
            // If two requests add the account at the same time, the second one finds the account of the first.
            await accounts.AddAsync(Account.OfAuthority(accountId, name, time.GetUtcNow()), [], handled: null, cancellationToken);
        }

        var ended = await RevokeAsync(accountId, account => account.RevokeAccess(), cancellationToken);
        return ended.Succeeded ? null : ended.Error;
    }
}
