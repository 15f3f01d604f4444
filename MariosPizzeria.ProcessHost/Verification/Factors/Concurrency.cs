namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>Work continues while a worker is dead, and the worker is restarted.</summary>
internal sealed class Concurrency(RunningSystem subject) : Factor("VIII", "Concurrency")
{
    public override async Task<string> VerifyAsync()
    {
        var before = await subject.StatusAsync();
        var worker = before.Processes.First(p => p.Name == "worker");
        Posix.Signal(worker.Pid ?? 0, Posix.SigKill);
        var placed = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            placed.Add((await subject.PlaceOrderAsync("credit_card")).GetProperty("id").GetString()!);
        }

        var back = await subject.UntilBackAsync(worker);
        foreach (var id in placed)
        {
            await subject.UntilAsync(
                async () => (await subject.GetAsync($"/api/orders/{id}")).GetProperty("status").GetString() is not "pending",
                $"order {id} is paid"
            );
        }

        var scale = before.Processes.GroupBy(p => p.Name).Select(g => $"{g.Key} {g.Count()}");
        return $"{string.Join(", ", scale)}; worker/{worker.Replica} killed by SIGKILL: back in {back.TotalSeconds:0.0} s, and 3 card orders placed meanwhile were paid";
    }
}
