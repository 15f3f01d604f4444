using System.Text.Json;
using System.Text.Json.Serialization;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>
/// Refuses text with a NUL character at the door: PostgreSQL stores none, neither as text nor in JSON, so that it would come back
/// as a fault of the database.
/// </summary>
internal sealed class StorableText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("Text is a string.");
        }

        var text = reader.GetString();
        return text is not null && text.Contains('\0') ? throw new JsonException("Text has no NUL character.") : text;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
