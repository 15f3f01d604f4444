using System.Net;
using System.Security.Claims;
using System.Text.Json;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.Simulation.Network;

/// <summary>A request to a service.</summary>
/// <param name="Method">GET, POST …</param>
/// <param name="Path">The path with a leading slash.</param>
/// <param name="Body">The body; empty if there is none.</param>
/// <param name="User">The user who sends the request.</param>
/// <param name="Key">The idempotency key, if it has one.</param>
internal sealed record HttpCall(string Method, string Path, byte[] Body, ClaimsPrincipal User, string? Key)
{
    /// <summary>The query string with its question mark; empty if there is none.</summary>
    public string Query { get; init; } = "";
}

/// <summary>A response.</summary>
internal sealed record HttpAnswer(HttpStatusCode Status, byte[] Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Deserializes the body.</summary>
    public T Read<T>() => JsonSerializer.Deserialize<T>(Body, PizzeriaJson.Options)!;

    /// <summary>Returns the last part of a problem document's type; empty if the body is not a problem document.</summary>
    public string Problem()
    {
        if (IsSuccess || Body.Length == 0)
        {
            return "";
        }

        var type = JsonSerializer.Deserialize<JsonElement>(Body).GetProperty("type").GetString()!;
        return type[(type.LastIndexOf('/') + 1)..];
    }
}
