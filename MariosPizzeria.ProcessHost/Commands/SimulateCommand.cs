namespace MariosPizzeria.ProcessHost.Commands;

internal static class SimulateCommand
{
    private const string Simulation = "MariosPizzeria.Simulation";

    public static Command Create()
    {
        var command = new Command("simulate", "Runs orders through a simulated, misbehaving world; prints the shortest failing schedule.");
        var seeds = command.Option<int?>("--seeds", "How many seeds to run; 1000, or 1 if --seed is given.");
        var seed = command.Option<long?>("--seed", "The first seed; 1 if not given.");
        var orders = command.Option<int?>("--orders", "How many guests order in each run; 10 if not given.");
        var log = command.Option<bool>("--log", "Prints every event of the run of one seed.");
        command.SetAction(
            (parsed, cancellation) =>
                CommandProcesses.RunAsync(_ =>
                    RunAsync(
                        [
                            .. Words("--seeds", parsed.GetValue(seeds)),
                            .. Words("--seed", parsed.GetValue(seed)),
                            .. Words("--orders", parsed.GetValue(orders)),
                            .. parsed.GetValue(log) ? ["--log"] : Array.Empty<string>(),
                        ],
                        cancellation
                    )
                )
        );
        return command;
    }

    private static string[] Words(string option, IFormattable? value) =>
        value is null ? [] : [option, value.ToString(format: null, CultureInfo.InvariantCulture)];

    private static async Task<int> RunAsync(string[] words, CancellationToken cancellation)
    {
        var checkout = Checkout.Find();
        var builds = new Builds(checkout.Root, checkout.State);
        await builds.BuildProjectAsync(Path.Combine("tests", Simulation, $"{Simulation}.csproj"), cancellation);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(builds.OutputOf(Simulation), $"{Simulation}.dll"), .. words]);
        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        return process.ExitCode;
    }
}
