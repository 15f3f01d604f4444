using System.Reflection;
using System.Text.RegularExpressions;

namespace MariosPizzeria.Tests.Architecture;

public sealed class RegularExpressionTests
{
    /// <summary>
    /// A time limit turns a busy machine into a failure: the thread is put aside for a second and the match "took" too long. All our
    /// expressions take linear time, and the texts are bounded.
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

    // Beside the tests, and those that only run as processes of their own: the file names are the same.
    private static IEnumerable<Assembly> ProductAssemblies() =>
        Directory
            .EnumerateFiles(AppContext.BaseDirectory, "MariosPizzeria.*.dll")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(name => !name!.EndsWith("Tests", StringComparison.Ordinal))
            .Select(name => Assembly.Load(name!));
}
