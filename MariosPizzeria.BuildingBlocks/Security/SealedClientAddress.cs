using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.BuildingBlocks.Security;

/// <summary>
/// Tells a service the address of the client that sent a request. Only the gateway knows it; the gateway signs the address, because a
/// caller that reaches a service directly could write any address into a plain header.
/// </summary>
public sealed class SealedClientAddress(ServerKey key)
{
    /// <summary>The request's header.</summary>
    public const string Header = "X-Client-Address";

    private const string Purpose = "client-address";
    private const char Separator = ';';

    /// <summary>Returns the header's value.</summary>
    /// <param name="address">The address as the limits count it; contains no semicolon.</param>
    public string Sign(string address) => $"{address}{Separator}{SignatureOf(address)}";

    /// <summary>Returns the address that the gateway signed, otherwise the address of the connection.</summary>
    public string Of(HttpContext context)
    {
        var (address, seal) =
            context.Request.Headers[Header] is [{ } header] && header.Split(Separator) is [var told, var rest] ? (told, rest) : ("", "");
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(seal), Encoding.UTF8.GetBytes(SignatureOf(address)))
            ? address
            : context.Connection.RemoteIpAddress?.ToString() ?? "";
    }

    private string SignatureOf(string address) => Convert.ToHexStringLower(key.Hash(Purpose, Encoding.UTF8.GetBytes(address)));
}
