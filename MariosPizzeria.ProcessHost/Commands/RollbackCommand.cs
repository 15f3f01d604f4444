namespace MariosPizzeria.ProcessHost.Commands;

internal static class RollbackCommand
{
    public static Command Create()
    {
        var command = new Command("rollback", "Goes back to the release that ran before, without a failed request.");
        var environment = command.Argument<string>("environment", "staging, production …");
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(environment).ToLowerInvariant(), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string environment, CancellationToken cancellation)
    {
        var checkout = Checkout.Find();
        var store = ReleaseStore.Of(checkout.Root);
        // On a machine that has only releases, the environments are those of the releases.
        var known = EnvironmentConfiguration
            .Names(checkout.Root)
            .Union(store.All().Select(release => release.Manifest.Environment))
            .ToList();
        if (!known.Contains(environment))
        {
            throw new PizzeriaException($"There is no environment \"{environment}\". There are: {string.Join(", ", known)}.");
        }

        var current = store.Current(environment);
        var previous = store.Previous(environment);
        var running = (await ControlClient.SendAsync(checkout.State, new HostRequest("status"), cancellation))?.Status?.Release;
        if (running is null || !running.EndsWith("-" + environment))
        {
            store.MarkRolledBack(previous.Manifest);
            Console.WriteLine($"{environment} is back at {previous.Manifest.Name} (from {current ?? "its newest release"}).");
            Console.WriteLine($"It is not running here. To start it: ./pizzeria run {previous.Manifest.Name}");
            return 0;
        }

        var options = new UpOptions(Detach: true, []) { OnReady = () => store.MarkRolledBack(previous.Manifest) };
        var exit = await RunCommand.RunAsync(checkout, previous, options, cancellation);
        Console.WriteLine($"{environment} is back at {previous.Manifest.Name} (from {running}).");
        return exit;
    }
}
