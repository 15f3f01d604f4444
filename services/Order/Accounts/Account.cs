using System.Security.Cryptography;
using System.Text;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>Somebody who can sign in.</summary>
public sealed class Account : IDocument
{
    private Account() { }

    /// <summary>Derived from the user name, so that the database's unique key keeps two accounts from having one name.</summary>
    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public string Username { get; private set; } = "";
    public string Name { get; private set; } = "";
    public string? Email { get; private set; }

    /// <summary>The address whose reader said that it is theirs; mail about orders goes to no other.</summary>
    public string? ConfirmedEmail { get; private set; }
    public string? Phone { get; private set; }
    public string? Address { get; private set; }
    public IReadOnlyList<string> Roles { get; private set; } = [];
    public string PasswordHash { get; private set; } = "";
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Rises whenever access is withdrawn: sessions and tokens bear the one of their sign-in. 0 in documents that have none.</summary>
    public long AccessVersion { get; private set; }

    /// <summary>Whether nobody may sign in.</summary>
    public bool Disabled { get; private set; }

    /// <summary>The id of a user name's account; upper and lower case are the same, and nobody can read the name from it.</summary>
    public static string IdOf(string username) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("account\n" + username.Trim().ToLowerInvariant())))[..32];

    /// <summary>A new account; its password is hashed already.</summary>
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

    /// <summary>Somebody whom another authority signs in: known by its id for him, and without a password here.</summary>
    public static Account OfAuthority(string id, string name, DateTimeOffset at) =>
        new()
        {
            Id = id,
            Name = name,
            CreatedAt = at,
        };

    /// <summary>Whether the reader of its present address said that it is theirs.</summary>
    public bool HasConfirmedEmail() => Email is not null && Email == ConfirmedEmail;

    /// <summary>The reader of its present address says that it is theirs.</summary>
    /// <returns>Whether that is new.</returns>
    public bool ConfirmEmail()
    {
        if (HasConfirmedEmail())
        {
            return false;
        }

        ConfirmedEmail = Email;
        return true;
    }

    /// <summary>What is to be told of an address that nobody has confirmed; nothing where there is none.</summary>
    public Event[] RequestConfirmation(Cause cause) =>
        Email is null || HasConfirmedEmail() ? [] : [new EmailConfirmationRequested { AccountId = Id }.Because(cause)];

    /// <summary>Ends every session and token that there is of it.</summary>
    public void WithdrawAccess() => AccessVersion++;

    /// <summary>Lets nobody in any more, until a password is set.</summary>
    public void Disable()
    {
        Disabled = true;
        WithdrawAccess();
    }

    /// <summary>Takes another password, with which its owner has to sign in again; a disabled account can be used again.</summary>
    public void SetPassword(string passwordHash)
    {
        (PasswordHash, Disabled) = (passwordHash, false);
        WithdrawAccess();
    }

    /// <summary>Takes other roles, which count from the next sign-in on.</summary>
    public void SetRoles(IReadOnlyList<string> roles)
    {
        Roles = roles;
        WithdrawAccess();
    }

    /// <summary>Takes over what its owner says of himself.</summary>
    /// <returns>Whether anything is new.</returns>
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

/// <summary>What an account is made from.</summary>
public sealed record NewAccount(string Username, string Name, IReadOnlyList<string> Roles)
{
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public string? Address { get; init; }
}
