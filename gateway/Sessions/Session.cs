using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>The session that a browser's cookie identifies; stored in the cache under <c>session:{id}</c>.</summary>
/// <param name="UserId">The id of the signed-in user; empty if the visitor has not signed in.</param>
/// <param name="Username">The username used to sign in.</param>
/// <param name="Name">The display name.</param>
/// <param name="Roles">The roles at sign-in.</param>
/// <param name="CsrfToken">The token that a state-changing request must send in addition to the cookie.</param>
/// <param name="SeenAt">When the session's time to live was last renewed.</param>
public sealed record Session(
    string UserId,
    string Username,
    string Name,
    IReadOnlyList<string> Roles,
    string CsrfToken,
    DateTimeOffset SeenAt
)
{
    /// <summary>The account's access version at sign-in; 0 in a session of the previous release.</summary>
    public long AccessVersion { get; init; }

    /// <summary>When the session began: it ends seven days later, even if in use. Null in a session of the previous release.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>Whether the visitor has signed in.</summary>
    [JsonIgnore]
    public bool IsSignedIn => UserId.Length > 0;

    /// <summary>The cart; it is kept when the visitor signs in.</summary>
    public Cart Cart { get; init; } = Cart.Empty;

    /// <summary>Forms that were refused or submitted without a session, the latest last.</summary>
    public IReadOnlyList<FormDraft> Drafts { get; init; } = [];

    /// <summary>
    /// A message that the next page shows once, for example that a pizza was added to the cart. It is kept in a cookie of the browser,
    /// because a visitor with an empty cart has no stored session.
    /// </summary>
    [JsonIgnore]
    public string? Notice { get; init; }

    /// <summary>Returns the session with one more draft; the oldest is dropped if there are too many.</summary>
    public Session Keep(FormDraft draft) => this with { Drafts = [.. Drafts.TakeLast(FormDraft.MaxPerSession - 1), draft] };

    /// <summary>Returns a session of a visitor who has not signed in.</summary>
    public static Session Anonymous(string csrfToken, DateTimeOffset now) => new("", "", "", [], csrfToken, now) { BegunAt = now };

    /// <summary>Whether a token is this session's CSRF token, which only our own pages can read.</summary>
    public bool HasCsrfToken(string? token) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(CsrfToken));
}
