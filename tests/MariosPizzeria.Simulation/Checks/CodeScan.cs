using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace MariosPizzeria.Simulation.Checks;

/// <summary>One call in the code of an assembly.</summary>
/// <param name="Type">The full name of the outermost type that contains the call.</param>
/// <param name="Callee">The called method with its parameter types, <c>System.Guid.NewGuid()</c>.</param>
/// <param name="Constant">The integer constant loaded directly before the call; null if there is none.</param>
internal sealed record Call(string Type, string Callee, int? Constant);

/// <summary>Lists the methods that an assembly's code calls, including calls in closures and state machines.</summary>
internal static class CodeScan
{
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xFFFF);

    /// <summary>Returns all calls of an assembly.</summary>
    public static IEnumerable<Call> CallsOf(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
            {
                continue;
            }

            var type = OutermostNameOf(metadata, method.GetDeclaringType());
            var body = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
            foreach (var (callee, constant) in CallsIn(metadata, body))
            {
                yield return new(type, callee, constant);
            }
        }
    }

    private static IEnumerable<(string Callee, int? Constant)> CallsIn(MetadataReader metadata, byte[] body)
    {
        int? constant = null;
        for (var at = 0; at < body.Length; )
        {
            var value = body[at] == 0xFE ? 0xFE00 | body[at + 1] : body[at];
            var code = OpCodesByValue[value];
            at += code.Size;
            if (code.OperandType == OperandType.InlineMethod)
            {
                yield return (NameOf(metadata, MetadataTokens.EntityHandle(BitConverter.ToInt32(body, at))), constant);
            }

            constant = ConstantOf(code, body, at);
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(body, at)),
                _ => 4,
            };
        }
    }

    private static int? ConstantOf(OpCode code, byte[] body, int at) =>
        code.Value >= OpCodes.Ldc_I4_0.Value && code.Value <= OpCodes.Ldc_I4_8.Value ? code.Value - OpCodes.Ldc_I4_0.Value
        : code == OpCodes.Ldc_I4_S ? (sbyte)body[at]
        : code == OpCodes.Ldc_I4 ? BitConverter.ToInt32(body, at)
        : null;

    private static string NameOf(MetadataReader metadata, EntityHandle method)
    {
        switch (method.Kind)
        {
            case HandleKind.MethodSpecification:
                return NameOf(metadata, metadata.GetMethodSpecification((MethodSpecificationHandle)method).Method);
            case HandleKind.MemberReference:
                var reference = metadata.GetMemberReference((MemberReferenceHandle)method);
                var parameters = reference.DecodeMethodSignature(TypeNames.Instance, genericContext: null).ParameterTypes;
                return $"{OwnerOf(metadata, reference.Parent)}.{metadata.GetString(reference.Name)}({string.Join(", ", parameters)})";
            default:
                return "";
        }
    }

    private static string OwnerOf(MetadataReader metadata, EntityHandle type) =>
        type.Kind switch
        {
            HandleKind.TypeReference => TypeNames.Instance.GetTypeFromReference(metadata, (TypeReferenceHandle)type, 0),
            HandleKind.TypeSpecification => metadata
                .GetTypeSpecification((TypeSpecificationHandle)type)
                .DecodeSignature(TypeNames.Instance, genericContext: null),
            _ => "",
        };

    private static string OutermostNameOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer
            ? OutermostNameOf(metadata, outer)
            : $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }

    /// <summary>Decodes types to their names; generic types without their arguments.</summary>
    private sealed class TypeNames : ISignatureTypeProvider<string, object?>
    {
        public static readonly TypeNames Instance = new();

        public string GetArrayType(string elementType, ArrayShape shape) => elementType + "[]";

        public string GetByReferenceType(string elementType) => elementType + "&";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "function";

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType;

        public string GetGenericMethodParameter(object? genericContext, int index) => "T";

        public string GetGenericTypeParameter(object? genericContext, int index) => "T";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetPointerType(string elementType) => elementType + "*";

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeReference(handle);
            return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }

        public string GetTypeFromSpecification(
            MetadataReader reader,
            object? genericContext,
            TypeSpecificationHandle handle,
            byte rawTypeKind
        ) => reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);
    }
}
