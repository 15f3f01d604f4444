namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>Killing a server affects only the readiness of the processes.</summary>
internal sealed class BackingServices(RunningSystem subject) : Factor("IV", "Backing services")
{
    public override async Task<string> VerifyAsync()
    {
        var before = await subject.StatusAsync();
        var redis = before.Servers.First(s => s.Kind == "redis");
        var order = before.Processes.First(p => p.Name == "order");
        Posix.Signal(redis.Pid ?? 0, Posix.SigKill);
        var back = await subject.UntilAsync(
            async () => (await subject.StatusAsync()).Servers.Any(s => s.Kind == "redis" && s.Ready && s.Pid != redis.Pid),
            "redis is back"
        );
        await subject.UntilReadyAsync();
        var after = (await subject.StatusAsync()).Processes.First(p => p.Name == "order" && p.Replica == order.Replica);
        Unless(after.Pid == order.Pid, "order had to be restarted because redis was killed");
        var placed = await subject.PlaceOrderAsync("cash");
        var kinds = before.Servers.Select(s => $"{s.Kind} at {s.Address}");
        return $"attached by address alone: {string.Join(", ", kinds)}; redis killed: back in {back.TotalSeconds:0.0} s, order {RunningSystem.ShortId(placed)} placed, no process restarted";
    }
}
