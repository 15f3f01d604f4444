using MariosPizzeria.ProcessHost.Backups;

namespace MariosPizzeria.ProcessHost.Commands;

internal static class BackupCommand
{
    // Kitchen before Order: if an order is confirmed between the two snapshots, the copy has the order without its ticket. Order detects
    // that and republishes the event. A ticket without its order could not be repaired.
    private static readonly string[] Services = ["menu", "kitchen", "order"];

    public static Command Create()
    {
        var command = new Command("backup", "Copies the stores of the running system into one file, while it runs.");
        var file = command.Argument<string>("file", "The file to write; it must not exist.");
        command.SetAction((parsed, cancellation) => RunAsync(Checkout.Find().State, parsed.GetRequiredValue(file), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(StateFolder state, string file, CancellationToken cancellation)
    {
        var databases = new List<string>();
        foreach (var service in Services)
        {
            var launch = await ControlClient.OneOffAsync(state, service, cancellation);
            databases.Add(launch.Environment.GetValueOrDefault($"ConnectionStrings__{service}db") ?? "");
        }

        var version = (await ControlClient.SendAsync(state, new HostRequest("status"), cancellation))?.Status?.Version;
        var contents = await BackupFile.WriteAsync(Path.GetFullPath(file), version, databases, cancellation);
        foreach (var database in contents.Databases)
        {
            Console.WriteLine(
                $"{database.Name}: {database.Tables.Sum(table => table.Rows)} rows in {database.Tables.Count} tables, as of {database.TakenAt:HH:mm:ss.fff} UTC"
            );
        }

        Console.WriteLine(
            $"{file}: {new FileInfo(file).Length >> 10} KiB. It contains personal data: keep it where nobody else can read it."
        );
        Console.WriteLine(
            "Not included: events in transit at this moment (published again after a restore), sessions and carts (everybody must sign in "
                + "again), and the secrets, which are stored separately: see docs/operations.md."
        );
        return 0;
    }
}
