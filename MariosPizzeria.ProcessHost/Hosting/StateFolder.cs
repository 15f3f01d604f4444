using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>The folder of everything that outlives a host: <c>.pizzeria/</c>, or the path in <c>PIZZERIA_STATE</c>.</summary>
internal sealed class StateFolder
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Enterable =
        Private
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    public StateFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(Path, Enterable);
        Directory.CreateDirectory(Logs);
        Directory.CreateDirectory(AdminLogs);
    }

    public string Path { get; }

    /// <summary>
    /// The environment that the data and secrets belong to. Development's accounts, for example, must never be in production's database,
    /// though both may run from one checkout.
    /// </summary>
    public string Environment { get; init; } = "Development";

    public string Logs => PathOf("logs");

    /// <summary>The output of migrate and seed, separate from the logs of the processes.</summary>
    public string AdminLogs => PathOf("logs", "admin");

    public string Builds => PathOf("builds");

    public string HostLog => PathOf("logs", "host.log");

    public string HostRecord => PathOf("host.json");

    public string HostLock => PathOf("host.lock");

    public string Processes => PathOf("processes.json");

    /// <summary>One file for each started process, which the process itself writes before its program begins.</summary>
    public string ProcessRecords => PathOf("processes");

    public string Ports => PathOf("ports.json");

    public string Secrets => PathOf($"secrets{Suffix}.json");

    /// <summary>Artifacts of releases, unpacked.</summary>
    public string Unpacked => PathOf("unpacked");

    /// <summary>
    /// The servers' data. PostgreSQL and RabbitMQ refuse to run as root, and their users may not enter a checkout under /root:
    /// in this case the data are under /var/lib.
    /// </summary>
    public string Data
    {
        get
        {
            if (!Posix.IsRoot || Files.InaccessibleAncestor(PathOf("data")) is null)
            {
                return PathOf("data" + Suffix);
            }

            var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..12];
            return System.IO.Path.Combine("/var/lib/marios-pizzeria", id + Suffix);
        }
    }

    /// <summary>The servers' data folders of every environment that was run from here.</summary>
    public IEnumerable<string> AllData =>
        Files.FoldersIn(System.IO.Path.GetDirectoryName(Data)!, System.IO.Path.GetFileName(Data)[..^Suffix.Length] + "*");

    /// <summary>The build of each process type that last migrated the data; the file is deleted with the data.</summary>
    public string Migrated => System.IO.Path.Combine(Data, "migrated.json");

    private string Suffix => Environment == "Development" ? "" : "-" + Environment.ToLowerInvariant();

    public string PathOf(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Returns the file's content; null if there is no file, or a crash has truncated it.</summary>
    public static T? Read<T>(string file)
        where T : class
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<T>(File.ReadAllText(file), Indented) : null;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file atomically, readable by its owner only: a reader sees the old content or the new.</summary>
    public static void Write<T>(string file, T value)
    {
        var draft = file + ".new";
        File.Delete(draft);
        try
        {
            Files.WriteNew(draft, JsonSerializer.Serialize(value, Indented), Private);
            File.Move(draft, file, overwrite: true);
        }
        catch (IOException)
        {
            // A full disk: the incomplete file must not take up space.
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Deletes the servers' data and all logs except the host's.</summary>
    public void DeleteData()
    {
        Files.DeleteFolder(Data);
        foreach (var log in Directory.EnumerateFiles(Logs, "*", SearchOption.AllDirectories).Where(f => f != HostLog))
        {
            File.Delete(log);
        }
    }
}
