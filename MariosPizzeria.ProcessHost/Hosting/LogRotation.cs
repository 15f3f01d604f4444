namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>Keeps each log below a size: the process goes on appending to the same file, which is copied away and emptied.</summary>
internal static class LogRotation
{
    private const long LargestBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>What the content before the present one is called.</summary>
    public static string Earlier(string log) => log + ".1";

    public static async Task RunAsync(string folder, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            foreach (var log in new DirectoryInfo(folder).EnumerateFiles("*.log").Where(f => f.Length > LargestBytes))
            {
                Rotate(log.FullName);
            }

            await Task.Delay(Every, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Copies and empties. A line written between the two is lost; renaming instead would need the process to reopen.</summary>
    public static void Rotate(string log)
    {
        File.Copy(log, Earlier(log), overwrite: true);
        using var file = new FileStream(log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
    }
}
