using System.Text.Json.Serialization;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>
/// Rejects strings in request bodies that are not <see cref="PlainText.IsReadable"/>, in every field. That includes NUL, which PostgreSQL
/// stores neither as text nor in JSON.
/// </summary>
internal sealed class StorableText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("The text must be a string.");
        }

        var text = reader.GetString();
        return text is null || PlainText.IsReadable(text) ? text : throw new UnreadableTextException();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>A text contains a forbidden character. The serializer adds the path.</summary>
internal sealed class UnreadableTextException() : JsonException("The text has a forbidden character.")
{
    /// <summary>The error message that follows the field's name.</summary>
    public const string Fault = "has a control character, or a character that changes the text direction";
}
