using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.OrderService.Features;

/// <summary>
/// The tokens with which guests without an account see their orders. A token is the order's id and its HMAC with the server's key. It is
/// computed whenever it is needed, and not stored.
/// </summary>
public sealed class TrackingTokens(ServerKey key)
{
    private const string Purpose = "order-tracking";
    private const char Separator = '.';
    private const int LongestId = 64;

    /// <summary>Returns the token of an order; all its characters are valid in a URL path.</summary>
    public string Of(string orderId) =>
        $"{orderId}{Separator}{Base64Url.EncodeToString(key.Hash(Purpose, Encoding.UTF8.GetBytes(orderId)))}";

    /// <summary>Returns the order id in a valid token; otherwise null.</summary>
    public string? OrderIdOf(string token) =>
        token.IndexOf(Separator, StringComparison.Ordinal) is > 0 and <= LongestId and var end
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(Of(token[..end])))
            ? token[..end]
            : null;
}
