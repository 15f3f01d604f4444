namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>Keeps each log below a size: the process goes on appending to the same file, which is copied away and emptied.</summary>
internal static class LogRotation
{
    private const long LargestBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>What the content before the present one is called.</summary>
    public static string Earlier(string log) => log + ".1";

    /// <summary>Goes on until it is ended, whatever the disk says.</summary>
    public static async Task RunAsync(string folder, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            RotateAll(folder);

            await Task.Delay(Every, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Copies and empties. A line written between the two is lost; renaming instead would need the process to reopen. If the copy
    /// fails, both the log and the earlier content stay.
    /// </summary>
    /// <exception cref="IOException">There is no room for the copy.</exception>
    public static void Rotate(string log)
    {
        var draft = Earlier(log) + ".new";
        try
        {
            File.Copy(log, draft, overwrite: true);
            File.Move(draft, Earlier(log), overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(draft);
            throw;
        }

        using var file = new FileStream(log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
    }

    private static void RotateAll(string folder)
    {
        try
        {
            foreach (var log in new DirectoryInfo(folder).EnumerateFiles("*.log").Where(f => f.Length > LargestBytes))
            {
                // A copy that cannot be finished would take the last room from the servers for as long as it was tried.
                if (new DriveInfo(folder).AvailableFreeSpace > 2 * log.Length)
                {
                    Rotate(log.FullName);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In five seconds again.
        }
    }
}
