namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>Admin processes are one-off commands of the same executables; running one twice has the same effect as once.</summary>
internal sealed class AdminProcesses(RunningSystem subject) : Factor("XII", "Admin processes")
{
    private static readonly string[] Preparing = ["migrate", "seed"];

    public override async Task<string> VerifyAsync()
    {
        foreach (var command in Preparing.Concat(Preparing))
        {
            var run = await subject.RunAsync("menu", [command], configured: true);
            Unless(run.ExitCode == 0, $"menu {command} ended with {run.ExitCode}: {run.All}");
        }

        var pizzas = (await subject.GetAsync("/api/menu")).GetProperty("pizzas").GetArrayLength();
        var unknown = await subject.RunAsync("order", ["no-such-command"], configured: true);
        Unless(
            unknown.ExitCode == 1 && unknown.Error.Contains("Unknown command: no-such-command"),
            $"a wrong command ended with {unknown.ExitCode}: {unknown.All}"
        );
        var healthy = await subject.RunAsync("order", ["healthcheck"], configured: true);
        Unless(healthy.ExitCode == 0, $"order healthcheck ended with {healthy.ExitCode}: {healthy.All}");
        return $"migrate and seed of menu, each twice: {pizzas} pizzas as before; an unknown command is reported with exit code 1; healthcheck of a running process exits with 0";
    }
}
