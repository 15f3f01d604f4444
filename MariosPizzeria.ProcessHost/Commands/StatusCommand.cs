namespace MariosPizzeria.ProcessHost.Commands;

internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Processes and servers: pid, address, state, since, restarts.");
        var json = command.JsonOption();
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(bool json, CancellationToken cancellation)
    {
        var state = Checkout.Find().State;
        var status = (await ControlClient.SendAsync(state, new HostRequest("status"), cancellation))?.Status;
        if (json)
        {
            CommandExtensions.WriteJson(status ?? SystemStatus.NothingRuns);
        }
        else if (status is null && new ProcessRegistry(state).Living() is { Count: > 0 } orphans)
        {
            Console.WriteLine($"The host was killed; these are still running: {string.Join(", ", orphans.Select(o => o.Name))}.");
            Console.WriteLine("./pizzeria up restarts the system, ./pizzeria down stops them.");
        }
        else
        {
            StatusTable.Write(status ?? SystemStatus.NothingRuns);
        }

        return 0;
    }
}
