using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>Any replica knows what another one was told, also after that one's death.</summary>
internal sealed class Processes(Subject subject) : IFactor
{
    public string Number => "VI";

    public string Name => "Processes";

    public async Task<string> ShowAsync(CancellationToken cancellation)
    {
        await subject.AskAsync(
            new HostRequest("up")
            {
                NoBuild = true,
                Scale = new Dictionary<string, int>(StringComparer.Ordinal)
                {
                    ["order"] = Math.Max(4, (await subject.StatusAsync(cancellation)).Processes.Count(p => p.Name == "order")),
                },
            },
            cancellation
        );
        await subject.UntilReadyAsync(cancellation);
        var placed = await subject.PlaceOrderAsync("cash", cancellation);
        var id = placed.GetProperty("id").GetString();
        var replicas = (await subject.StatusAsync(cancellation)).Processes.Where(p => p.Name == "order").ToList();
        foreach (var replica in replicas)
        {
            var read = await subject.GetAsync($"{replica.Url}/api/orders/{id}", cancellation);
            VerificationException.Unless(read.GetProperty("id").GetString() == id, $"order/{replica.Replica} answers another order");
        }

        Posix.Signal(replicas[0].Pid ?? 0, Posix.SigKill);
        var still = await subject.GetAsync($"/api/orders/{id}", cancellation);
        await subject.UntilBackAsync(replicas[0], cancellation);
        return $"{replicas.Count} replicas of order answer the same order {Subject.ShortId(placed)} ({still.GetProperty("status").GetString()}); one of them killed by SIGKILL, and the gateway still answers it";
    }
}
