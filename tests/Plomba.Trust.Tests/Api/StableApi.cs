using System.Reflection;
using System.Text;
using Plomba.Images.Transports;
using Plomba.Trust.Policy;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.Api;

/// <summary>The public members that docs/library.md promises: those of its types, and of every type that they lead to.</summary>
internal static class StableApi
{
    private static readonly Type[] Roots =
    [
        typeof(PolicyReader), typeof(PolicyChoice), typeof(PolicyEvaluator), typeof(EvaluatedImage), typeof(SignatureListing), typeof(StoredSignature),
        typeof(VerdictText), typeof(VerdictJson), typeof(OpenPgpMechanism), typeof(Files.MachineFiles), typeof(ImageName), typeof(TransportEnvironment),
    ];

    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>One line a type and a member, sorted.</summary>
    public static string List()
    {
        var text = new StringBuilder();
        foreach (var type in Closure().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (var member in Members(type).Select(Line).Order(StringComparer.Ordinal))
                text.Append("  ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static HashSet<Type> Closure()
    {
        var found = new HashSet<Type>();
        var open = new Stack<Type>(Roots);
        while (open.TryPop(out var type))
        {
            type = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
            if (type.Assembly.GetName().Name is not ("Plomba.Trust" or "Plomba.Images") || !found.Add(type))
                continue;
            foreach (var next in Members(type).SelectMany(Types).SelectMany(Parts))
                open.Push(next);
            if (type.BaseType is { } parent)
                open.Push(parent);
            foreach (var derived in type.Assembly.GetExportedTypes().Where(t => t.BaseType == type))
                open.Push(derived);
        }

        return found;
    }

    private static IEnumerable<MemberInfo> Members(Type type) => type.GetMembers(Declared).Where(m =>
        m is not Type
        && m is not MethodInfo { IsSpecialName: true, Name: not ("op_Implicit" or "op_Explicit") }
        && !m.Name.Contains('<', StringComparison.Ordinal)
        && m is not MethodInfo { Name: "Equals" or "GetHashCode" or "PrintMembers" or "Deconstruct" });

    private static IEnumerable<Type> Types(MemberInfo member) => member switch
    {
        MethodBase method => [.. method.GetParameters().Select(p => p.ParameterType), .. method is MethodInfo { ReturnType: var type } ? new[] { type } : []],
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type type) => type.HasElementType
        ? Parts(type.GetElementType()!)
        : [type, .. type.GetGenericArguments().SelectMany(Parts)];

    private static string Head(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        return $"{kind} {type.FullName}";
    }

    private static string Line(MemberInfo member)
    {
        var isStatic = member switch
        {
            MethodBase { IsConstructor: false, IsStatic: true } or FieldInfo { IsStatic: true, IsLiteral: false } => "static ",
            PropertyInfo property when property.GetAccessors()[0].IsStatic => "static ",
            _ => "",
        };
        return isStatic + member switch
        {
            ConstructorInfo constructor => $"new({Parameters(constructor)})",
            MethodInfo method => $"{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
            PropertyInfo property => $"{Name(property.PropertyType)} {property.Name} {{ {(property.CanRead ? "get; " : "")}{(property.GetSetMethod() is null ? "" : "init; ")}}}",
            FieldInfo { IsLiteral: true } constant => $"const {constant.Name} = {constant.GetRawConstantValue()}",
            FieldInfo field => $"{Name(field.FieldType)} {field.Name}",
            _ => member.ToString()!,
        };
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
        $"{(p.IsOut ? "out " : p.ParameterType.IsByRef ? "ref " : "")}{Name(p.ParameterType)} {p.Name}{(p.IsOptional ? " = …" : "")}"));

    private static string Name(Type type)
    {
        if (type.HasElementType)
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : "");
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Name(inner) + "?";
        var name = type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
