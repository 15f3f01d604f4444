using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>What a browser's cookie stands for; lives in the cache under <c>session:{id}</c>.</summary>
/// <param name="UserId">Who signed in; empty for a visitor who has not.</param>
/// <param name="Username">As it was signed in with.</param>
/// <param name="Name">The display name.</param>
/// <param name="Roles">As they were at sign-in.</param>
/// <param name="CsrfToken">What a state-changing call has to show besides the cookie.</param>
/// <param name="SeenAt">When its time to live was last set anew.</param>
public sealed record Session(
    string UserId,
    string Username,
    string Name,
    IReadOnlyList<string> Roles,
    string CsrfToken,
    DateTimeOffset SeenAt
)
{
    /// <summary>The account's access version at sign-in; 0 in a session of the release before this.</summary>
    public long AccessVersion { get; init; }

    /// <summary>When it was begun: it ends some days later, however much it is used. Null in a session of the release before this.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>Whether somebody has signed in.</summary>
    [JsonIgnore]
    public bool IsSignedIn => UserId.Length > 0;

    /// <summary>What is to be ordered; a visitor keeps it when signing in.</summary>
    public Cart Cart { get; init; } = Cart.Empty;

    /// <summary>Forms that were refused or came without a session, the latest last.</summary>
    public IReadOnlyList<FormDraft> Drafts { get; init; } = [];

    /// <summary>
    /// What the next page should say once, for example that something was put into the cart. The browser keeps it, in a cookie: a
    /// visitor with an empty cart has no stored session.
    /// </summary>
    [JsonIgnore]
    public string? Notice { get; init; }

    /// <summary>With one more draft; the oldest goes where there would be too many.</summary>
    public Session Keep(FormDraft draft) => this with { Drafts = [.. Drafts.TakeLast(FormDraft.MostOfOneSession - 1), draft] };

    /// <summary>Somebody who has not signed in.</summary>
    public static Session Anonymous(string csrfToken, DateTimeOffset now) => new("", "", "", [], csrfToken, now) { BegunAt = now };

    /// <summary>Whether a request shows this session's token: only a page of ours can have read it.</summary>
    public bool IsProvenBy(string? token) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(CsrfToken));
}
