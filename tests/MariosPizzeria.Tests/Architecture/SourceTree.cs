namespace MariosPizzeria.Tests.Architecture;

/// <summary>The source text of the repository, for rules that the compiler does not check.</summary>
internal static class SourceTree
{
    private static readonly string[] Product =
    [
        "MariosPizzeria.AppHost",
        "MariosPizzeria.ProcessHost",
        "MariosPizzeria.ServiceDefaults",
        "MariosPizzeria.BuildingBlocks",
        "gateway",
        "services",
    ];

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Returns the product's C# files (path relative to the root, text) in the given folders, or in all.</summary>
    public static IEnumerable<(string Path, string Text)> Code(params string[] folders) =>
        from folder in folders.Length == 0 ? Product : folders
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        select (Path.GetRelativePath(Root, file), File.ReadAllText(file));

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "MariosPizzeria.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("The tests run inside the repository.");
    }
}
