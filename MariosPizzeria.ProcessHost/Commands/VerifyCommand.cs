using MariosPizzeria.ProcessHost.Verification;

namespace MariosPizzeria.ProcessHost.Commands;

internal static class VerifyCommand
{
    public static Command Create()
    {
        var command = new Command("verify", "Proves the twelve factors on the running system, one row each. Exit 0 if all hold.");
        var json = command.JsonOption();
        var only = command.Option<string?>("--only", "Some of the factors: I,V,IX.");
        command.SetAction(
            (parsed, cancellation) =>
                CommandProcesses.RunAsync(_ => RunAsync(parsed.GetValue(json), Factors(parsed.GetValue(only)), cancellation))
        );
        return command;
    }

    /// <summary>Runs an action on the running system; if none runs, starts a system for it and stops it afterwards.</summary>
    /// <exception cref="PizzeriaException">The running system is not in Development.</exception>
    public static async Task<T> OnRunningSystemAsync<T>(
        Func<RunningSystem, Task<T>> act,
        Action<string> report,
        CancellationToken cancellation
    )
    {
        var checkout = Checkout.Find();
        using var host = await ControlClient.ConnectAsync(checkout.State, cancellation);
        if (host is null)
        {
            report("Nothing is running: starting a system for this.");
            var options = new UpOptions(Detach: true, ["order=4,gateway=2,worker=2"]);
            return await OnSystemOfItsOwnAsync(checkout, options, act, tidy: true, cancellation);
        }

        return StateFolder.Read<HostRecord>(checkout.State.HostRecord) is { Environment: "Development" }
            ? await ActAsync(checkout, act, tidy: true, cancellation)
            : throw new PizzeriaException(
                "The running system is not in Development, and verify places orders and kills processes: not started."
            );
    }

    /// <summary>Starts a Development system, runs an action on it, and stops it. stdout is kept free for the results.</summary>
    /// <param name="options">The options of the start; the port is chosen here.</param>
    /// <param name="tidy">Whether the placed orders are cancelled at the end, because the data are kept.</param>
    public static async Task<T> OnSystemOfItsOwnAsync<T>(
        Checkout checkout,
        UpOptions options,
        Func<RunningSystem, Task<T>> act,
        bool tidy,
        CancellationToken cancellation
    )
    {
        try
        {
            var own = options with { Detach = true, Port = LoopbackPort.Free(), Environment = "Development" };
            await CommandExtensions.ToStandardErrorAsync(() => UpCommand.ApplyAsync(checkout, own, cancellation));
            return await ActAsync(checkout, act, tidy, cancellation);
        }
        finally
        {
            await CommandExtensions.ToStandardErrorAsync(() => DownCommand.RunAsync(checkout.State, CancellationToken.None));
        }
    }

    private static async Task<T> ActAsync<T>(Checkout checkout, Func<RunningSystem, Task<T>> act, bool tidy, CancellationToken cancellation)
    {
        var port = StateFolder.Read<HostRecord>(checkout.State.HostRecord)!.Port;
        using var subject = new RunningSystem(checkout, new Uri($"http://127.0.0.1:{port}"), cancellation);
        var before = await subject.StatusAsync();
        await subject.UntilReadyAsync();
        await subject.SignInAsync("manager");
        try
        {
            return await act(subject);
        }
        finally
        {
            // Restores the initial number of replicas.
            var scale = before.Processes.GroupBy(p => p.Name).ToDictionary(g => g.Key, g => g.Count());
            var request = new HostRequest("up") { NoBuild = true, Scale = scale };
            await ControlClient.SendAsync(checkout.State, request, CancellationToken.None);
            if (tidy)
            {
                await subject.CancelOrdersAsync();
            }
        }
    }

    private static string[] Factors(string? only) =>
        only?.ToUpperInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static async Task<int> RunAsync(bool json, string[] only, CancellationToken cancellation)
    {
        var seen = await OnRunningSystemAsync(
            subject =>
            {
                var factors = new TwelveFactors(subject);
                var unknown = only.Except(factors.All.Select(each => each.Number)).ToList();
                return unknown.Count > 0
                    ? throw new PizzeriaException($"There is no factor {string.Join(", ", unknown)}: they are I to XII.")
                    : factors.VerifyAsync(only, evidence => Write(evidence, json));
            },
            message => (json ? Console.Error : Console.Out).WriteLine(message),
            cancellation
        );
        var holding = seen.Count(evidence => evidence.Holds);
        if (json)
        {
            CommandExtensions.WriteJson(seen);
        }
        else
        {
            Console.WriteLine($"{holding} of {seen.Count} factors hold.");
        }

        return holding == seen.Count ? 0 : 1;
    }

    private static void Write(VerificationResult evidence, bool json)
    {
        if (!json)
        {
            Console.WriteLine($"{(evidence.Holds ? "ok  " : "FAIL")}  {evidence.Factor, -4}  {evidence.Name, -19}  {evidence.Seen}");
        }
    }
}
