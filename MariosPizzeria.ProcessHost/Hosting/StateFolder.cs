using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>Everything that outlives a host: <c>.pizzeria/</c>, or where <c>PIZZERIA_STATE</c> says.</summary>
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
    /// Which environment's data and secrets these are. Development's accounts, for one, must never be found in production's database,
    /// though both may run from one checkout.
    /// </summary>
    public string Environment { get; init; } = "Development";

    public string Logs => In("logs");

    /// <summary>What migrate and seed wrote: apart from the processes' lines.</summary>
    public string AdminLogs => In("logs", "admin");

    public string Builds => In("builds");

    public string HostLog => In("logs", "host.log");

    public string HostRecord => In("host.json");

    public string HostLock => In("host.lock");

    public string Processes => In("processes.json");

    /// <summary>One file a process that was started, written by itself before its program begins.</summary>
    public string ProcessRecords => In("processes");

    public string Ports => In("ports.json");

    public string Secrets => In($"secrets{Suffix}.json");

    /// <summary>Artifacts of releases, unpacked.</summary>
    public string Unpacked => In("unpacked");

    /// <summary>
    /// The servers' data. PostgreSQL and RabbitMQ refuse to run as root, and their users may not enter a checkout under /root:
    /// then it is under /var/lib.
    /// </summary>
    public string Data
    {
        get
        {
            if (!Posix.IsRoot || AncestorsEnterable())
            {
                return In("data" + Suffix);
            }

            var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..12];
            return System.IO.Path.Combine("/var/lib/marios-pizzeria", id + Suffix);
        }
    }

    /// <summary>The servers' data folders of every environment that was run from here.</summary>
    public IEnumerable<string> AllData =>
        System.IO.Path.GetDirectoryName(Data) is { } parent && Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, System.IO.Path.GetFileName(Data)[..^Suffix.Length] + "*")
            : [];

    /// <summary>Which build of each process type these data were last migrated by; it goes where they go.</summary>
    public string Migrated => System.IO.Path.Combine(Data, "migrated.json");

    private string Suffix => Environment == "Development" ? "" : "-" + Environment.ToLowerInvariant();

    public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>The file's content; null where there is none, or it was cut off by a crash.</summary>
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

    /// <summary>Writes the file as a whole, readable by its owner alone: a reader sees the old content or the new.</summary>
    public static void Write<T>(string file, T value)
    {
        var draft = file + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Private,
        };
        try
        {
            using (var stream = new FileStream(draft, options))
            {
                JsonSerializer.Serialize(stream, value, Indented);
            }

            File.Move(draft, file, overwrite: true);
        }
        catch (IOException)
        {
            // A full disk: what could be written of it must not take the room.
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Forgets the servers' data and all logs.</summary>
    public void Forget()
    {
        if (Directory.Exists(Data))
        {
            Directory.Delete(Data, recursive: true);
        }

        foreach (var log in Directory.EnumerateFiles(Logs, "*", SearchOption.AllDirectories).Where(f => f != HostLog))
        {
            File.Delete(log);
        }
    }

    private bool AncestorsEnterable()
    {
        for (var folder = Path; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (!File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }
}
