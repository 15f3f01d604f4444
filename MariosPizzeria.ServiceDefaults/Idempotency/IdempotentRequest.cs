using System.Security.Cryptography;
using System.Text;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.ServiceDefaults.Idempotency;

/// <summary>A request that came with an <c>Idempotency-Key</c>.</summary>
/// <param name="Scope">
/// SHA-256 over user, method, route with its values, and key: what makes two requests the same. Strangers have no name by which to tell them apart, so that
/// without a user the body's hash is part of it: one who takes another's key by chance or on purpose is not in the other's way.
/// </param>
/// <param name="BodyHash">
/// SHA-256 of the body without <see cref="SecretFields"/>, hex; without a user a keyed one, for such a body may be little more than a name.
/// </param>
public sealed record IdempotentRequest(string Scope, string BodyHash)
{
    /// <summary>
    /// An id for what the request creates, always the same for the same scope: the database's unique key stands behind Redis, so
    /// that a second document can't be made even if Redis forgets.
    /// </summary>
    public string DocumentId => Scope[..32];

    /// <summary>The request as a message that a document handles once.</summary>
    public HandledMessage Handled => new(new Guid(Convert.FromHexString(Scope).AsSpan(0, 16)), "http");

    private const string Purpose = "idempotency";

    /// <summary>
    /// The <see cref="DocumentId"/> of a request of somebody who has signed in, for a client that looks for what its own request made.
    /// </summary>
    /// <param name="user">The user's id.</param>
    /// <param name="method">The request's.</param>
    /// <param name="path">The endpoint's route with its values, for example <c>/api/orders</c>.</param>
    /// <param name="key">The idempotency key.</param>
    /// <exception cref="ArgumentException">There is no user: without one the body is part of the scope.</exception>
    public static string DocumentIdOf(string user, string method, string path, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        return new IdempotentRequest(ScopeOf(user, method, path, key, ofStranger: ""), BodyHash: "").DocumentId;
    }

    internal static IdempotentRequest Of(string user, string method, string path, string key, ReadOnlySpan<byte> body, ServerKey serverKey)
    {
        var told = SecretFields.LeftOutOf(body);
        var bodyHash = Convert.ToHexStringLower(user.Length > 0 ? SHA256.HashData(told) : serverKey.Hash(Purpose, told));
        var ofStranger = user.Length > 0 ? "" : $"\n{bodyHash}";
        return new(ScopeOf(user, method, path, key, ofStranger), bodyHash);
    }

    private static string ScopeOf(string user, string method, string path, string key, string ofStranger) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{user}\n{method}\n{path}\n{key}{ofStranger}")));
}

/// <summary>Finds the idempotent request that a handler serves.</summary>
public static class IdempotentRequests
{
    private static readonly object Key = new();

    /// <summary>The request's key, or null where it came without one.</summary>
    public static IdempotentRequest? Idempotency(this HttpContext context) => context.Items[Key] as IdempotentRequest;

    internal static void SetIdempotency(this HttpContext context, IdempotentRequest request) => context.Items[Key] = request;
}
