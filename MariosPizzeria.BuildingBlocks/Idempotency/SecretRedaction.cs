using System.Buffers;

namespace MariosPizzeria.BuildingBlocks.Idempotency;

/// <summary>
/// Removes passwords before a body is hashed and stored: the hash of a short secret can be found by trying. Passwords are recognized by
/// their property names.
/// </summary>
internal static class SecretRedaction
{
    private const string Secret = "password";

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// Returns the body without each property whose name contains <c>password</c>, in any case, however it is escaped and at any depth. A
    /// body without such a property, or one that is not JSON (and so will be rejected), is returned unchanged.
    /// </summary>
    public static ReadOnlySpan<byte> Redact(ReadOnlySpan<byte> body)
    {
        var json = body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        if (json.IsEmpty)
        {
            return body;
        }

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
