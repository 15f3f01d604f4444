using MariosPizzeria.ProcessHost.Backups;

namespace MariosPizzeria.ProcessHost.Commands;

internal static class RestoreCommand
{
    public static Command Create()
    {
        var command = new Command("restore", "Starts a system with the stores of a backup, in the background.");
        var file = command.Argument<string>("file", "A file that ./pizzeria backup wrote.");
        var replace = command.Option<bool>("--replace", "Delete the current data, and stop the system that uses them.");
        var port = command.PortOption();
        var environment = command.Option<string?>("--environment", "Development (the default), Staging, Production …");
        var release = command.Option<string?>("--release", "The release to run; without one, the checkout's own build.");
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(
                    Checkout.Find(),
                    parsed.GetRequiredValue(file),
                    parsed.GetValue(replace),
                    new UpOptions(Detach: true, [], parsed.GetValue(port), Fresh: true, parsed.GetValue(environment)),
                    parsed.GetValue(release),
                    cancellation
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        Checkout checkout,
        string file,
        bool replace,
        UpOptions options,
        string? release,
        CancellationToken cancellation
    )
    {
        if (release is not null && options.Environment is not null)
        {
            throw new PizzeriaException("--environment is only for the checkout's own build: a release has its own environment.");
        }

        var folder = Path.Combine(checkout.State.Path, "restore");
        Files.DeleteFolder(folder);
        try
        {
            // Unpacked and checked before anything is changed.
            var contents = await BackupFile.UnpackAsync(Path.GetFullPath(file), folder, cancellation);
            if (!replace)
            {
                await RefuseToReplaceAsync(checkout.State, options.Environment, release, cancellation);
            }

            Console.WriteLine(
                $"{file}: of version {contents.Version ?? "unknown"}, as of {contents.Databases.Min(database => database.TakenAt):yyyy-MM-dd HH:mm:ss} UTC"
            );
            options = options with { Restore = folder };
            if (release is null)
            {
                await UpCommand.ApplyAsync(checkout, options, cancellation);
            }
            else
            {
                var store = ReleaseStore.Of(checkout.Root);
                var found = store.Open(release);
                options = options with { OnReady = () => store.MarkRun(found.Manifest) };
                await RunCommand.RunAsync(checkout, found, options, cancellation);
            }

            return await CheckAsync(checkout.State, contents, cancellation);
        }
        finally
        {
            Files.DeleteFolder(folder);
        }
    }

    private static async Task RefuseToReplaceAsync(StateFolder state, string? environment, string? release, CancellationToken cancellation)
    {
        using (var running = await ControlClient.ConnectAsync(state, cancellation))
        {
            if (running is not null)
            {
                throw new PizzeriaException(
                    "A system is running here, and its data would be lost. Back it up first; then ./pizzeria restore FILE --replace"
                );
            }
        }

        // A release determines its environment itself; therefore no environment may have data.
        var own = new StateFolder(state.Path) { Environment = environment ?? "Development" }.Data;
        var there = (release is null ? [own] : state.AllData).FirstOrDefault(data =>
            Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any()
        );
        if (there is not null)
        {
            throw new PizzeriaException($"Data of an earlier system exist in {there}. To delete them: ./pizzeria restore FILE --replace");
        }
    }

    /// <summary>Lets the services search for inconsistent data; the host has compared every table.</summary>
    private static async Task<int> CheckAsync(StateFolder state, BackupContents contents, CancellationToken cancellation)
    {
        foreach (var database in contents.Databases)
        {
            Console.WriteLine(
                $"ok    {database.Name}: {database.Tables.Sum(table => table.Rows)} rows in {database.Tables.Count} tables, each as it was copied"
            );
        }

        var order = await ControlClient.OneOffAsync(state, "order", cancellation);
        var check = await order.RunAsync(["fix-corrupted-orders"], cancellation);
        Console.WriteLine(
            check.ExitCode == 0 ? $"Inconsistencies that fix-corrupted-orders found:\n{check.Output.Trim()}" : $"FAIL  {check.All}"
        );
        Console.WriteLine(
            "Events that were in transit when the backup was made are published again within minutes; ./pizzeria admin order "
                + "fix-corrupted-orders shows what is left, --apply repairs it. Everybody must sign in again."
        );
        return check.ExitCode;
    }
}
