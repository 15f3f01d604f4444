using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.BuildingBlocks.Security;

/// <summary>
/// The key for values that only this deployment signs or hashes and verifies: HMAC-SHA256 under <c>JWT_SECRET_KEY</c>, which all processes
/// share. Each use has a purpose of its own, so that a value for one purpose is invalid for another, and as a token's signature.
/// </summary>
public sealed class ServerKey
{
    private readonly byte[] _key;

    internal ServerKey(byte[] key) => _key = key;

    /// <summary>Returns the hash of the data.</summary>
    /// <param name="purpose">A constant, for example <c>client-address</c>.</param>
    public byte[] Hash(string purpose, ReadOnlySpan<byte> data) =>
        HMACSHA256.HashData(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"marios-pizzeria/{purpose}")), data);
}
