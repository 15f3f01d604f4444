using System.Globalization;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>A server that is killed takes readiness with it, and nothing else.</summary>
internal sealed class BackingServices(Subject subject) : IFactor
{
    public string Number => "IV";

    public string Name => "Backing services";

    public async Task<string> ShowAsync(CancellationToken cancellation)
    {
        var before = await subject.StatusAsync(cancellation);
        var redis = before.Servers.First(s => s.Kind == "redis");
        var order = before.Processes.First(p => p.Name == "order");
        Posix.Signal(redis.Pid ?? 0, Posix.SigKill);
        var back = await Subject.UntilAsync(
            async () => (await subject.StatusAsync(cancellation)).Servers.Any(s => s.Kind == "redis" && s.Ready && s.Pid != redis.Pid),
            "redis is back",
            cancellation
        );
        await subject.UntilReadyAsync(cancellation);
        var after = (await subject.StatusAsync(cancellation)).Processes.First(p => p.Name == "order" && p.Replica == order.Replica);
        VerificationException.Unless(after.Pid == order.Pid, "order had to be restarted because redis was killed");
        var placed = await subject.PlaceOrderAsync("cash", cancellation);
        var kinds = before.Servers.Select(s => $"{s.Kind} at {s.Address}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"attached by address alone: {string.Join(", ", kinds)}; redis killed: back in {back.TotalSeconds:0.0} s, order {Subject.ShortId(placed)} placed, no process restarted"
        );
    }
}
