namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>One-off processes of the same executables, twice the same as once.</summary>
internal sealed class AdminProcesses(Subject subject) : IFactor
{
    private static readonly string[] Preparing = ["migrate", "seed"];

    public string Number => "XII";

    public string Name => "Admin processes";

    public async Task<string> ShowAsync(CancellationToken cancellation)
    {
        foreach (var command in Preparing.Concat(Preparing))
        {
            var run = await subject.RunAsync("menu", [command], configured: true, cancellation);
            VerificationException.Unless(run.ExitCode == 0, $"menu {command} ended with {run.ExitCode}: {run.All}");
        }

        var pizzas = (await subject.GetAsync("/api/menu", cancellation)).GetProperty("pizzas").GetArrayLength();
        var unknown = await subject.RunAsync("order", ["no-such-command"], configured: true, cancellation);
        VerificationException.Unless(
            unknown.ExitCode == 1 && unknown.Error.Contains("Unknown command: no-such-command", StringComparison.Ordinal),
            $"a wrong command ended with {unknown.ExitCode}: {unknown.All}"
        );
        var healthy = await subject.RunAsync("order", ["healthcheck"], configured: true, cancellation);
        VerificationException.Unless(healthy.ExitCode == 0, $"order healthcheck ended with {healthy.ExitCode}: {healthy.All}");
        return $"migrate and seed of menu, each twice: {pizzas} pizzas as before; a wrong command is named and ends with 1; healthcheck of a running process ends with 0";
    }
}
