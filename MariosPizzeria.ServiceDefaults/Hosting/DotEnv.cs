namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>
/// Reads a <c>.env</c> file: <c>NAME=value</c> lines, <c>#</c> comments (after a value and a space), an optional <c>export</c>, values in
/// single or double quotes. For Development only; a real environment variable takes precedence.
/// </summary>
internal static class DotEnv
{
    /// <summary>Returns the file for a folder: in it, or in a folder above it up to the repository's root.</summary>
    public static string? FileFor(string folder)
    {
        var ancestors = new List<DirectoryInfo>();
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            ancestors.Add(at);
            if (File.Exists(Path.Combine(at.FullName, "MariosPizzeria.sln")))
            {
                return ancestors.Select(ancestor => Path.Combine(ancestor.FullName, ".env")).FirstOrDefault(File.Exists);
            }
        }

        // Outside the repository only the folder itself is searched: a file further up does not belong to this project.
        var own = Path.Combine(folder, ".env");
        return File.Exists(own) ? own : null;
    }

    /// <summary>Returns the file's settings, with <c>:</c> between a section and its key as configuration has it.</summary>
    public static Dictionary<string, string?> Read(IEnumerable<string> lines)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var raw in lines)
        {
            var line = raw.Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal))
            {
                line = line["export ".Length..].TrimStart();
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line.StartsWith('#') || equals <= 0)
            {
                continue;
            }

            var value = line[(equals + 1)..].Trim();
            if (value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0])
            {
                value = value[1..^1];
            }
            else if (value.IndexOf(" #", StringComparison.Ordinal) is >= 0 and var comment)
            {
                value = value[..comment].TrimEnd();
            }

            settings[line[..equals].TrimEnd().Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        return settings;
    }
}
