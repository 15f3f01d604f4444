using System.Text.Json;
using System.Text.Json.Serialization;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>
/// Refuses text that is not <see cref="PlainText.IsReadable"/> at the door, whichever field it is in. That includes NUL, which
/// PostgreSQL stores neither as text nor in JSON.
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
        return text is null || PlainText.IsReadable(text) ? text : throw new UnreadableTextException();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>A text has a character that no text may have. The serializer adds the path.</summary>
internal sealed class UnreadableTextException() : JsonException("Text has a forbidden character.")
{
    /// <summary>What is wrong, after the field's name.</summary>
    public const string Fault = "has a control character, or one that turns the direction of text";
}
