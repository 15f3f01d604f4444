using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>A user account.</summary>
public sealed class Account : IDocument
{
    private Account() { }

    /// <summary>Derived from the user name, so that the unique key in the database prevents two accounts with the same name.</summary>
    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public string Username { get; private set; } = "";
    public string Name { get; private set; } = "";
    public string? Email { get; private set; }

    /// <summary>The e-mail address that its owner has confirmed; mail about orders is sent to no other address.</summary>
    public string? ConfirmedEmail { get; private set; }
    public string? Phone { get; private set; }
    public string? Address { get; private set; }
    public IReadOnlyList<string> Roles { get; private set; } = [];
    public string PasswordHash { get; private set; } = "";
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>
    /// Increases whenever access is revoked; each session and token carries the version at its sign-in. 0 in documents that have none.
    /// </summary>
    public long AccessVersion { get; private set; }

    /// <summary>Whether sign-in with this account is refused.</summary>
    public bool Disabled { get; private set; }

    /// <summary>Returns the account id of a user name. Case is ignored, and the name cannot be read from the id.</summary>
    public static string IdOf(string username) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("account\n" + username.Trim().ToLowerInvariant())))[..32];

    /// <summary>Creates an account. The password is already hashed.</summary>
    public static Account Create(NewAccount account, string passwordHash, DateTimeOffset at) =>
        new()
        {
            Id = IdOf(account.Username),
            Username = account.Username.Trim(),
            Name = account.Name,
            Email = account.Email,
            Phone = account.Phone,
            Address = account.Address,
            Roles = account.Roles,
            PasswordHash = passwordHash,
            CreatedAt = at,
        };

    /// <summary>
    /// Creates the account of a user who signs in with an external authority: it has the id that the authority uses, and no password.
    /// </summary>
    public static Account OfAuthority(string id, string name, DateTimeOffset at) =>
        new()
        {
            Id = id,
            Name = name,
            CreatedAt = at,
        };

    /// <summary>Whether the present e-mail address is confirmed.</summary>
    public bool HasConfirmedEmail() => Email is not null && Email == ConfirmedEmail;

    /// <summary>Marks the present e-mail address as confirmed.</summary>
    /// <returns>Whether it was not confirmed before.</returns>
    public bool ConfirmEmail()
    {
        if (HasConfirmedEmail())
        {
            return false;
        }

        ConfirmedEmail = Email;
        return true;
    }

    /// <summary>Returns the event that requests a confirmation mail; empty if there is no address or it is confirmed.</summary>
    public Event[] RequestConfirmation(Cause cause) =>
        Email is null || HasConfirmedEmail() ? [] : [new EmailConfirmationRequested { AccountId = Id }.Because(cause)];

    /// <summary>Ends all sessions and tokens of the account.</summary>
    public void RevokeAccess() => AccessVersion++;

    /// <summary>Refuses every sign-in until a password is set, and ends all sessions and tokens.</summary>
    public void Disable()
    {
        Disabled = true;
        RevokeAccess();
    }

    /// <summary>
    /// Replaces the password and ends all sessions and tokens, so the owner has to sign in again. Enables a disabled account.
    /// </summary>
    public void SetPassword(string passwordHash)
    {
        (PasswordHash, Disabled) = (passwordHash, false);
        RevokeAccess();
    }

    /// <summary>Replaces the roles and ends all sessions and tokens; the new roles apply from the next sign-in.</summary>
    public void SetRoles(IReadOnlyList<string> roles)
    {
        Roles = roles;
        RevokeAccess();
    }

    /// <summary>Takes over the profile data that the owner entered.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Describe(string name, string? email, string? phone, string? address)
    {
        if ((name, email, phone, address) == (Name, Email, Phone, Address))
        {
            return false;
        }

        (Name, Email, Phone, Address) = (name, email, phone, address);
        return true;
    }
}

/// <summary>The data of an account to create.</summary>
public sealed record NewAccount(string Username, string Name, IReadOnlyList<string> Roles)
{
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public string? Address { get; init; }
}
