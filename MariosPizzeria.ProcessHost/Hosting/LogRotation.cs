namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>Limits the size of each log: the file is copied and truncated, and the process continues to append to it.</summary>
internal static class LogRotation
{
    private const long LargestBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>The file with the previous content of the log.</summary>
    public static string Earlier(string log) => log + ".1";

    /// <summary>Rotates logs until the token is cancelled; disk errors do not end it.</summary>
    public static async Task RunAsync(string folder, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                foreach (var log in new DirectoryInfo(folder).EnumerateFiles("*.log").Where(f => f.Length > LargestBytes))
                {
                    // A copy that cannot be completed would use up the last space of the servers while it is tried.
                    if (new DriveInfo(folder).AvailableFreeSpace > 2 * log.Length)
                    {
                        Rotate(log.FullName);
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Retried in five seconds.
            }

            await Task.Delay(Every, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Copies the log and truncates it. A line written between the two is lost; after a rename instead the process would have to reopen its
    /// log. If the copy fails, both the log and its previous content stay.
    /// </summary>
    /// <exception cref="IOException">There is no space for the copy.</exception>
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
}
