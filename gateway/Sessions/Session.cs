using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.Gateways.Sessions;

/// <summary>What a browser's cookie stands for; lives in the cache under <c>session:{id}</c>.</summary>
/// <param name="UserId">Who signed in.</param>
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
    /// <summary>Whether a request shows this session's token: only a page of ours can have read it.</summary>
    public bool IsProvenBy(string? token) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(CsrfToken));
}
