namespace MariosPizzeria.ProcessHost.Commands;

/// <summary>The repository that a command works on, and its state folder.</summary>
internal sealed record Checkout(string Root, StateFolder State)
{
    private const string SolutionName = "MariosPizzeria.sln";

    public string ManifestPath => Path.Combine(Root, AspireManifest.FileName);

    /// <summary>Searches the current directory and its parents, then the directory of this program and its parents.</summary>
    /// <exception cref="PizzeriaException">Neither directory is in a checkout.</exception>
    public static Checkout Find()
    {
        var root =
            Upwards(Directory.GetCurrentDirectory())
            ?? Upwards(AppContext.BaseDirectory)
            ?? throw new PizzeriaException(
                $"This is not a checkout of Mario's Pizzeria: no {AspireManifest.FileName} here or in a parent folder."
            );
        var state = Environment.GetEnvironmentVariable("PIZZERIA_STATE") is { Length: > 0 } own ? own : Path.Combine(root, ".pizzeria");
        return new Checkout(root, new StateFolder(state));
    }

    private static string? Upwards(string from)
    {
        for (var folder = from; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, AspireManifest.FileName)) || File.Exists(Path.Combine(folder, SolutionName)))
            {
                return folder;
            }
        }

        return null;
    }
}
