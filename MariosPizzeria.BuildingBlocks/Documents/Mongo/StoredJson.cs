using System.Buffers;
using MongoDB.Bson;

namespace MariosPizzeria.BuildingBlocks.Documents.Mongo;

/// <summary>
/// Stores a document as a native MongoDB document, so that it can be inspected and queried there, and reads it back without loss of
/// digits: a number that is not a whole number is stored as a decimal, never as a binary fraction.
/// </summary>
internal static class StoredJson
{
    public static BsonDocument Write<T>(T document) =>
        (BsonDocument)ToBson(JsonSerializer.SerializeToElement(document, PizzeriaJson.Documents));

    public static T Read<T>(BsonDocument stored)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            Write(writer, stored);
        }

        return JsonSerializer.Deserialize<T>(json.WrittenSpan, PizzeriaJson.Documents)!;
    }

    private static BsonValue ToBson(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => new BsonDocument(
                json.EnumerateObject().Select(property => new BsonElement(property.Name, ToBson(property.Value)))
            ),
            JsonValueKind.Array => new BsonArray(json.EnumerateArray().Select(ToBson)),
            JsonValueKind.String => json.GetString()!,
            JsonValueKind.Number when json.TryGetInt64(out var whole) => whole,
            JsonValueKind.Number => Decimal128.Parse(json.GetRawText()),
            JsonValueKind.True => BsonBoolean.True,
            JsonValueKind.False => BsonBoolean.False,
            _ => BsonNull.Value,
        };

    private static void Write(Utf8JsonWriter json, BsonValue stored)
    {
        switch (stored.BsonType)
        {
            case BsonType.Document:
                json.WriteStartObject();
                foreach (var element in stored.AsBsonDocument)
                {
                    json.WritePropertyName(element.Name);
                    Write(json, element.Value);
                }

                json.WriteEndObject();
                break;
            case BsonType.Array:
                json.WriteStartArray();
                foreach (var element in stored.AsBsonArray)
                {
                    Write(json, element);
                }

                json.WriteEndArray();
                break;
            case BsonType.String:
                json.WriteStringValue(stored.AsString);
                break;
            case BsonType.Boolean:
                json.WriteBooleanValue(stored.AsBoolean);
                break;
            case BsonType.Int32 or BsonType.Int64:
                json.WriteNumberValue(stored.ToInt64());
                break;
            case BsonType.Decimal128:
                json.WriteRawValue(stored.AsDecimal128.ToString());
                break;
            case BsonType.Null:
                json.WriteNullValue();
                break;
            default:
                throw new InvalidOperationException($"A stored document contains a {stored.BsonType}, which this product never writes.");
        }
    }
}
