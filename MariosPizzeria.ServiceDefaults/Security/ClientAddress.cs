using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.ServiceDefaults.Security;

/// <summary>
/// Tells a service where a client's request came from. The gateway alone sees that; its word goes along sealed, because whoever can reach
/// a service directly could write any address into a plain header.
/// </summary>
public sealed class ClientAddress(ServerKey key)
{
    /// <summary>The request's header.</summary>
    public const string Header = "X-Client-Address";

    private const string Purpose = "client-address";
    private const char Separator = ';';

    /// <summary>The header's value.</summary>
    /// <param name="address">As limits count it; has no semicolon.</param>
    public string Seal(string address) => $"{address}{Separator}{SealOf(address)}";

    /// <summary>The address that the gateway told, else the one that the connection has.</summary>
    public string Of(HttpContext context)
    {
        var (address, seal) =
            context.Request.Headers[Header] is [{ } header] && header.Split(Separator) is [var told, var rest] ? (told, rest) : ("", "");
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(seal), Encoding.UTF8.GetBytes(SealOf(address)))
            ? address
            : context.Connection.RemoteIpAddress?.ToString() ?? "";
    }

    private string SealOf(string address) => Convert.ToHexStringLower(key.Hash(Purpose, Encoding.UTF8.GetBytes(address)));
}
