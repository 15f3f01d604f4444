using System.Reflection;
using System.Text.RegularExpressions;

namespace MariosPizzeria.Tests.Architecture;

public sealed class RegularExpressionTests
{
    /// <summary>
    /// A match timeout causes failures on a busy machine: the thread is suspended for a second, and the match exceeds its timeout. All
    /// expressions of the product run in linear time, and the texts are bounded.
    /// </summary>
    [Fact]
    public void No_regular_expression_of_the_product_has_a_time_limit()
    {
        var limited =
            from assembly in ProductAssemblies()
            from type in assembly.GetTypes()
            from method in type.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
            )
            from expression in method.GetCustomAttributes<GeneratedRegexAttribute>()
            where expression.MatchTimeoutMilliseconds != Timeout.Infinite
            select $"{type.FullName}.{method.Name}";

        limited.ShouldBeEmpty();
    }

    // The assemblies beside the tests, also those that run only as separate processes. An assembly and its file have the same name.
    private static IEnumerable<Assembly> ProductAssemblies() =>
        Directory
            .EnumerateFiles(AppContext.BaseDirectory, "MariosPizzeria.*.dll")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(name => !name!.EndsWith("Tests", StringComparison.Ordinal))
            .Select(name => Assembly.Load(name!));
}
