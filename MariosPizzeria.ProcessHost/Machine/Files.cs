using System.Security.Cryptography;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>Methods to read, copy, lock and delete files, for several parts of the host.</summary>
internal static class Files
{
    /// <summary>Opens a file that another process may write or delete at the same time.</summary>
    public static FileStream OpenShared(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Locks a file for this process; the lock ends with the process. Returns null while another process holds it.</summary>
    public static FileStream? TryLock(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Creates a file with the mode from the start, so that other users cannot read it at any moment.</summary>
    /// <exception cref="IOException">The file exists, or there is no space.</exception>
    public static void WriteNew(string file, string text, UnixFileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = mode,
        };
        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }

    /// <summary>The innermost folder above a path that other users may not enter; null if they may enter all.</summary>
    public static string? InaccessibleAncestor(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder) && !File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherExecute))
            {
                return folder;
            }
        }

        return null;
    }

    public static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Copies every file of a folder and of its subfolders.</summary>
    public static void CopyFolder(string from, string to, bool overwrite = false)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite);
        }
    }

    /// <summary>Deletes a folder with its content, if it exists.</summary>
    public static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The subfolders of a folder; none if the folder does not exist.</summary>
    public static IEnumerable<string> FoldersIn(string folder, string pattern = "*") =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, pattern) : [];

    /// <summary>The last lines of a log, for a message; at most 16 KiB.</summary>
    public static string Tail(string log, int lines = 15)
    {
        if (!File.Exists(log))
        {
            return "(none)";
        }

        using var stream = OpenShared(log);
        stream.Seek(-Math.Min(stream.Length, 16 * 1024), SeekOrigin.End);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().TrimEnd();
        return text.Length == 0 ? "(none)" : string.Join('\n', text.Split('\n').TakeLast(lines));
    }
}
