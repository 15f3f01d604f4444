using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.BuildingBlocks.Idempotency;

/// <summary>A request with an <c>Idempotency-Key</c>.</summary>
/// <param name="Scope">
/// SHA-256 over user, method, route with its values, and key: requests with the same scope are the same request. Anonymous requests also
/// include the hash of the body, because there is no user to tell their clients apart: a client that uses the key of another client, by
/// chance or on purpose, does not collide with that client's request.
/// </param>
/// <param name="BodyHash">
/// SHA-256 of the body after <see cref="SecretRedaction"/>, hex; keyed for an anonymous request, because such a body may contain little
/// more than a name.
/// </param>
public sealed record IdempotentRequest(string Scope, string BodyHash)
{
    /// <summary>
    /// The id for the document that the request creates, always the same for the same scope: the database's unique key prevents a second
    /// document even if Redis loses the key.
    /// </summary>
    public string DocumentId => Scope[..32];

    /// <summary>The request as a message that a document handles once.</summary>
    public HandledMessage Handled => new(new Guid(Convert.FromHexString(Scope).AsSpan(0, 16)), "http");

    private const string Purpose = "idempotency";

    /// <summary>
    /// Returns the <see cref="DocumentId"/> of a signed-in user's request, for a client that looks up the document that its own request
    /// created.
    /// </summary>
    /// <param name="path">The endpoint's route with its values, for example <c>/api/orders</c>.</param>
    /// <exception cref="ArgumentException">There is no user; without a user the body is part of the scope.</exception>
    public static string DocumentIdOf(string user, string method, string path, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        return new IdempotentRequest(ScopeOf(user, method, path, key, ofStranger: ""), BodyHash: "").DocumentId;
    }

    internal static IdempotentRequest Of(string user, string method, string path, string key, ReadOnlySpan<byte> body, ServerKey serverKey)
    {
        var told = SecretRedaction.Redact(body);
        var bodyHash = Convert.ToHexStringLower(user.Length > 0 ? SHA256.HashData(told) : serverKey.Hash(Purpose, told));
        var ofStranger = user.Length > 0 ? "" : $"\n{bodyHash}";
        return new(ScopeOf(user, method, path, key, ofStranger), bodyHash);
    }

    private static string ScopeOf(string user, string method, string path, string key, string ofStranger) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{user}\n{method}\n{path}\n{key}{ofStranger}")));
}

/// <summary>Accesses the idempotent request that a handler serves.</summary>
public static class IdempotentRequests
{
    private static readonly object Key = new();

    /// <summary>Returns the idempotent request, or null if the request came without a key.</summary>
    public static IdempotentRequest? Idempotency(this HttpContext context) => context.Items[Key] as IdempotentRequest;

    internal static void SetIdempotency(this HttpContext context, IdempotentRequest request) => context.Items[Key] = request;
}
