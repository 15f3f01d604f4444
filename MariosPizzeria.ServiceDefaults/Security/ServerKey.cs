using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.ServiceDefaults.Security;

/// <summary>
/// What this deployment signs or hashes with a key and keeps for itself: HMAC-SHA256 under <c>JWT_SECRET_KEY</c>, which all processes
/// share. Each use has a purpose of its own, so that a value made for one is worth nothing for another, nor as a token's signature.
/// </summary>
public sealed class ServerKey
{
    private readonly byte[] _key;

    internal ServerKey(byte[] key) => _key = key;

    /// <summary>The data's hash.</summary>
    /// <param name="purpose">A constant, for example <c>client-address</c>.</param>
    /// <param name="data">What is hashed.</param>
    public byte[] Hash(string purpose, ReadOnlySpan<byte> data) =>
        HMACSHA256.HashData(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"marios-pizzeria/{purpose}")), data);
}
