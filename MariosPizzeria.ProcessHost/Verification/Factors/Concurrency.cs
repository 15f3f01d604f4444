using System.Globalization;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>Work goes on while a worker is dead, and the worker comes back.</summary>
internal sealed class Concurrency(Subject subject) : IFactor
{
    public string Number => "VIII";

    public string Name => "Concurrency";

    public async Task<string> ShowAsync(CancellationToken cancellation)
    {
        var before = await subject.StatusAsync(cancellation);
        var worker = before.Processes.First(p => p.Name == "worker");
        Posix.Signal(worker.Pid ?? 0, Posix.SigKill);
        var placed = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            placed.Add((await subject.PlaceOrderAsync("credit_card", cancellation)).GetProperty("id").GetString()!);
        }

        var back = await subject.UntilBackAsync(worker, cancellation);
        foreach (var id in placed)
        {
            await Subject.UntilAsync(
                async () => (await subject.GetAsync($"/api/orders/{id}", cancellation)).GetProperty("status").GetString() is not "pending",
                $"order {id} is paid",
                cancellation
            );
        }

        var scale = before.Processes.GroupBy(p => p.Name, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count()}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join(", ", scale)}; worker/{worker.Replica} killed by SIGKILL: back in {back.TotalSeconds:0.0} s, and 3 card orders placed meanwhile were paid"
        );
    }
}
