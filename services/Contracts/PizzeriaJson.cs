using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MariosPizzeria.Contracts;

/// <summary>The product's JSON conventions: camelCase, enums as lower-case strings with underscores, times in UTC.</summary>
public static class PizzeriaJson
{
    /// <summary>Options for HTTP bodies and events.</summary>
    public static readonly JsonSerializerOptions Options = Apply(new(JsonSerializerDefaults.Web));

    /// <summary>
    /// Options for stored documents: like <see cref="Options"/>, but a document's private constructor and setters are used, so that the
    /// domain needs neither attributes nor public setters.
    /// </summary>
    public static readonly JsonSerializerOptions Documents = Apply(
        new(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { UsePrivateMembers } },
        }
    );

    private static readonly MethodInfo SetterOf = typeof(PizzeriaJson).GetMethod(
        nameof(Setter),
        BindingFlags.Static | BindingFlags.NonPublic
    )!;

    /// <summary>Applies the same conventions to other options.</summary>
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 32;
        options.Converters.Add(new EnumConverters());
        return options;
    }

    /// <summary>Returns the JSON spelling of an enum value.</summary>
    public static string Text<TEnum>(TEnum value)
        where TEnum : struct, Enum => EnumText<TEnum>.ByValue[value];

    /// <summary>Returns the enum value with that spelling, or null.</summary>
    public static TEnum? Parse<TEnum>(string text)
        where TEnum : struct, Enum => EnumText<TEnum>.ByText.TryGetValue(text, out var value) ? value : null;

    private static void UsePrivateMembers(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        if (type.CreateObject is null && type.Type.GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, []) is { } constructor)
        {
            var invoker = ConstructorInvoker.Create(constructor);
            type.CreateObject = invoker.Invoke;
        }

        foreach (var property in type.Properties)
        {
            if (property is { Set: null, AttributeProvider: PropertyInfo { SetMethod: { } setter } })
            {
                property.Set =
                    (Action<object, object?>)
                        SetterOf.MakeGenericMethod(setter.DeclaringType!, property.PropertyType).Invoke(null, [setter])!;
            }
        }
    }

    // A typed delegate: a call by reflection checks its arguments each time, and a document has many properties.
    private static Action<object, object?> Setter<TDocument, TValue>(MethodInfo setter)
        where TDocument : class
    {
        var set = setter.CreateDelegate<Action<TDocument, TValue>>();
        return (document, value) => set((TDocument)document, (TValue)value!);
    }

    /// <summary>The JSON value is not one of the expected texts. The serializer adds the path.</summary>
    /// <param name="known">The expected texts.</param>
    public sealed class UnknownValueException(IReadOnlyList<string> known) : JsonException
    {
        /// <summary>The expected texts as a phrase: <c>small, medium or large</c>.</summary>
        public string Expected => known.Count == 1 ? known[0] : $"{string.Join(", ", known.SkipLast(1))} or {known[^1]}";
    }

    // The framework's own converter also accepts other cases, and several values joined by commas, such as a "small,large" pizza.
    private sealed class EnumConverters : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(EnumConverter<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class EnumConverter<TEnum> : JsonConverter<TEnum>
        where TEnum : struct, Enum
    {
        public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Parse<TEnum>(reader.GetString()!) is { } value
                ? value
                : throw new UnknownValueException([.. EnumText<TEnum>.ByText.Keys]);

        public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Text(value));
    }

    private static class EnumText<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly Dictionary<TEnum, string> ByValue = Enum.GetValues<TEnum>()
            .ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static readonly Dictionary<string, TEnum> ByText = ByValue.ToDictionary(
            pair => pair.Value,
            pair => pair.Key,
            StringComparer.Ordinal
        );
    }
}
