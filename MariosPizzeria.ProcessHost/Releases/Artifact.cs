using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace MariosPizzeria.ProcessHost.Releases;

/// <summary>
/// One version of the product in one file: the published output of every process, the process host that runs them, and the manifest
/// that says how they belong together.
/// </summary>
/// <remarks>
/// In the archive: <c>aspire-manifest.json</c>, <c>processes/{assembly}/</c>, <c>host/</c>. Names are sorted and all times are the
/// same, so that the archive does not depend on when or by whom it was packed.
/// </remarks>
internal static class Artifact
{
    public const string ProcessesFolder = "processes";

    public const string HostFolder = "host";

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static string FileName(string version) => $"marios-pizzeria-{version}.tar.gz";

    public static void Pack(string folder, string archive)
    {
        using var file = new FileStream(archive, FileMode.CreateNew, FileAccess.Write);
        using var zip = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(zip, TarEntryFormat.Pax);
        var names = Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path))
            .Order();
        foreach (var name in names)
        {
            using var content = File.OpenRead(Path.Combine(folder, name));
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = content,
                    Mode = Readable | UnixFileMode.UserWrite,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                }
            );
        }
    }

    /// <summary>
    /// Unpacks an archive into a folder, which is created atomically. A folder that exists already is compared with the archive, byte by
    /// byte, because processes will run from it.
    /// </summary>
    /// <exception cref="PizzeriaException">The existing folder differs from the archive.</exception>
    public static void Unpack(string archive, string folder)
    {
        if (Directory.Exists(folder))
        {
            Compare(archive, folder);
            return;
        }

        var draft = $"{folder}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(draft);
        using (var zip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress))
        {
            TarFile.ExtractToDirectory(zip, draft, overwriteFiles: false);
        }

        try
        {
            Directory.Move(draft, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // A concurrent run was faster; its folder is compared like one that existed before.
            Directory.Delete(draft, recursive: true);
            Compare(archive, folder);
        }
    }

    private static void Compare(string archive, string folder)
    {
        using var zip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        using var tar = new TarReader(zip);
        var expected = new HashSet<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            var path = Path.Combine(folder, entry.Name);
            expected.Add(path);
            var content = entry.DataStream is null ? SHA256.HashData([]) : SHA256.HashData(entry.DataStream);
            if (!File.Exists(path) || Files.HashOf(path) != Convert.ToHexStringLower(content))
            {
                throw Altered(entry.Name);
            }
        }

        var stranger = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).FirstOrDefault(file => !expected.Contains(file));
        if (stranger is not null)
        {
            throw Altered(Path.GetRelativePath(folder, stranger));
        }

        PizzeriaException Altered(string name) =>
            new($"{Path.Combine(folder, name)} does not match the artifact: delete {folder} to unpack it again.");
    }
}
