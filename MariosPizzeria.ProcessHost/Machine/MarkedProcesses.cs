using System.Globalization;
using System.Text;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>
/// Processes by a variable that they were started with and pass on to all that they start: also those whose parents have died since.
/// Redis and PostgreSQL overwrite theirs; they are known as children of one that has it. Linux only.
/// </summary>
internal static class MarkedProcesses
{
    /// <summary>Whether the process was started with the variable.</summary>
    public static bool HasMark(int pid, string name, string value) =>
        $"\0{Read(pid, "environ")}".Contains($"\0{name}={value}\0", StringComparison.Ordinal);

    /// <summary>Its program's name.</summary>
    public static string NameOf(int pid) => Read(pid, "comm").Trim();

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}"), Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended in between, or is somebody else's.
        }
    }
}
