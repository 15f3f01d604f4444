using System.Buffers;
using System.Text.Json;

namespace MariosPizzeria.ServiceDefaults.Idempotency;

/// <summary>
/// Leaves passwords out of what is hashed and kept: a hash of a short secret can be found out by trying. Known by their fields' names.
/// </summary>
internal static class SecretFields
{
    private const string Secret = "password";

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// The body without each property whose name contains <c>password</c>, in any case, however it is escaped and at any depth. What has
    /// none, or is no JSON (and so will be refused), stays as it is.
    /// </summary>
    public static ReadOnlySpan<byte> LeftOutOf(ReadOnlySpan<byte> body)
    {
        var json = body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        var kept = new ArrayBufferWriter<byte>();
        var from = 0;
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (
                    reader.TokenType == JsonTokenType.PropertyName
                    && reader.GetString()!.Contains(Secret, StringComparison.OrdinalIgnoreCase)
                )
                {
                    kept.Write(json[from..(int)reader.TokenStartIndex]);
                    reader.Skip();
                    from = (int)reader.BytesConsumed;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name that is not UTF-8.
            return body;
        }

        if (from == 0)
        {
            return body;
        }

        kept.Write(json[from..]);
        return kept.WrittenSpan;
    }
}
