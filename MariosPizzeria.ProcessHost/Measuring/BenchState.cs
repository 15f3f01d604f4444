using MariosPizzeria.ProcessHost.Commands;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>The state folders of bench's own systems and its files, all below one folder that is deleted with the bench.</summary>
internal sealed class BenchState(Checkout checkout)
{
    private const int DeleteAttempts = 5;

    private static readonly string[] Systems = ["empty", "stored"];

    private readonly string _folder = checkout.State.PathOf("bench");

    /// <summary>The system that begins without orders.</summary>
    public Checkout Empty => Below(Systems[0]);

    /// <summary>The system that begins with many orders.</summary>
    public Checkout Stored => Below(Systems[1]);

    /// <summary>The folder for files that do not belong to a system.</summary>
    public string FilesFolder => Path.Combine(_folder, "files");

    /// <summary>Takes the lock that allows one bench per checkout; null while another bench has it.</summary>
    public FileStream? TryLock()
    {
        Directory.CreateDirectory(_folder);
        return Files.TryLock(Path.Combine(_folder, "lock"));
    }

    /// <summary>Stops the processes that a killed bench left behind.</summary>
    public Task StopLeftoversAsync() =>
        CommandExtensions.ToStandardErrorAsync(async () =>
        {
            foreach (var state in States())
            {
                await DownCommand.RunAsync(state, CancellationToken.None);
            }
        });

    /// <summary>
    /// Deletes the folder and the systems' data, but nothing of a system that could not be stopped and still runs. What can't be deleted is
    /// reported, and the rest is deleted all the same.
    /// </summary>
    public void Delete()
    {
        var isComplete = TryDelete(FilesFolder);
        foreach (var state in States().ToList())
        {
            isComplete &= TryDelete(state);
        }

        if (isComplete)
        {
            TryDelete(_folder);
        }
    }

    private static bool TryDelete(StateFolder state)
    {
        if (new ProcessRegistry(state).Living().Count > 0)
        {
            Console.Error.WriteLine($"Processes of {state.Path} are still running; their data is kept.");
            return false;
        }

        // The servers' data may be in another folder.
        var isDataDeleted = TryDelete(state.Data);
        return TryDelete(state.Path) && isDataDeleted;
    }

    private static bool TryDelete(string folder)
    {
        for (var attempt = 1; Directory.Exists(folder); attempt++)
        {
            try
            {
                Files.DeleteFolder(folder);
            }
            catch (IOException) when (attempt < DeleteAttempts)
            {
                // After a signal the stop code of the command may still create a file there; it ends with this process.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"{folder} can't be deleted: {e.Message}");
                return false;
            }
        }

        return true;
    }

    private IEnumerable<StateFolder> States() => Systems.Select(FolderOf).Where(Directory.Exists).Select(path => new StateFolder(path));

    private string FolderOf(string system) => Path.Combine(_folder, system);

    private Checkout Below(string system) => checkout with { State = new(FolderOf(system)) };
}
