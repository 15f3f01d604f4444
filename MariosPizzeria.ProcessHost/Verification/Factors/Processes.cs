namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>Every replica can read the data that another replica received, even after that replica was killed.</summary>
internal sealed class Processes(RunningSystem subject) : Factor("VI", "Processes")
{
    public override async Task<string> VerifyAsync()
    {
        await subject.SendToHostAsync(
            new HostRequest("up")
            {
                NoBuild = true,
                Scale = new Dictionary<string, int>
                {
                    ["order"] = Math.Max(4, (await subject.StatusAsync()).Processes.Count(p => p.Name == "order")),
                },
            }
        );
        await subject.UntilReadyAsync();
        var placed = await subject.PlaceOrderAsync("cash");
        var id = placed.GetProperty("id").GetString();
        var replicas = (await subject.StatusAsync()).Processes.Where(p => p.Name == "order").ToList();
        foreach (var replica in replicas)
        {
            var read = await subject.GetAsync($"{replica.Url}/api/orders/{id}");
            Unless(read.GetProperty("id").GetString() == id, $"order/{replica.Replica} returned another order");
        }

        Posix.Signal(replicas[0].Pid ?? 0, Posix.SigKill);
        var still = await subject.GetAsync($"/api/orders/{id}");
        await subject.UntilBackAsync(replicas[0]);
        return $"{replicas.Count} replicas of order answer the same order {RunningSystem.ShortId(placed)} ({still.GetProperty("status").GetString()}); one of them killed by SIGKILL, and the gateway still answers it";
    }
}
