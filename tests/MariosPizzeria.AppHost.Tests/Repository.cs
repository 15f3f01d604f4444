using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.AppHost.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static partial class Repository
{
    /// <summary>The root folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The committed manifest, as the AppHost published it last.</summary>
    public static AspireManifest Manifest { get; } = AspireManifest.Read(In(AspireManifest.FileName));

    /// <summary>Returns a path below the root.</summary>
    public static string In(params string[] path) => Path.Combine([Root, .. path]);

    /// <summary>Returns the variables that a process of the manifest requires outside Development, read from its source.</summary>
    public static IReadOnlyList<string> Needs(ProjectResource project)
    {
        var program = File.ReadAllText(In(Path.GetDirectoryName(project.Path)!, "Program.cs"));
        var routes = project.Name == "gateway" ? File.ReadAllText(In("gateway", "Proxying", "RouteTable.cs")) : "";
        return
        [
            "JWT_SECRET_KEY",
            .. Attached().Matches(program).Select(match => "ConnectionStrings__" + match.Groups["name"].Value),
            .. Called().Matches(program).Select(match => $"services__{match.Groups["name"].Value}__http__0"),
            .. program.Contains(".AddAccountAccess(", StringComparison.Ordinal) ? (string[])["services__order__http__0"] : [],
            .. Routed().Matches(routes).Select(match => $"services__{match.Groups["name"].Value}__http__0").Distinct(),
        ];
    }

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

    [GeneratedRegex(@"\.Add(Documents|Cache|Messaging)\(""(?<name>\w+)""", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Attached();

    [GeneratedRegex(@"\.AddServiceClient<\w+>\(""(?<name>\w+)""", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Called();

    [GeneratedRegex(@"""(?<name>menu|order|kitchen)""", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Routed();
}
