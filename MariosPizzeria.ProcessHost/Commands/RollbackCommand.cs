using System.CommandLine;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Releases;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria rollback ENVIRONMENT</c></summary>
internal static class RollbackCommand
{
    public static Command Create()
    {
        var environment = new Argument<string>("environment") { Description = "staging, production …" };
        var command = new Command("rollback", "Goes back to the release that ran before, without a failed request.") { environment };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(environment).ToLowerInvariant(), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string environment, CancellationToken cancellation)
    {
        var checkout = Checkout.Find();
        var store = ReleaseStore.Of(checkout.Root);
        // Where nothing but releases are, they say which environments there are.
        var known = EnvironmentConfiguration
            .Names(checkout.Root)
            .Union(store.All().Select(release => release.Manifest.Environment), StringComparer.Ordinal)
            .ToList();
        if (!known.Contains(environment))
        {
            throw new PizzeriaException($"There is no environment \"{environment}\". There are: {string.Join(", ", known)}.");
        }

        var current = store.Current(environment);
        var previous = store.Previous(environment);
        using var host = await ControlClient.ConnectAsync(checkout.State, cancellation);
        var running = host is null
            ? null
            : (await ControlClient.AskAsync(host, new HostRequest("status"), null, cancellation))?.Status?.Release;
        if (running is null || !running.EndsWith("-" + environment, StringComparison.Ordinal))
        {
            store.MarkRolledBack(previous.Manifest);
            Console.WriteLine($"{environment} is back at {previous.Manifest.Name} (from {current ?? "its newest release"}).");
            Console.WriteLine($"It does not run here now. To start it: ./pizzeria run {previous.Manifest.Name}");
            return 0;
        }

        var exit = await RunCommand.RunAsync(
            checkout,
            previous,
            detach: true,
            port: null,
            () => store.MarkRolledBack(previous.Manifest),
            cancellation
        );
        Console.WriteLine($"{environment} is back at {previous.Manifest.Name} (from {running}).");
        return exit;
    }
}
