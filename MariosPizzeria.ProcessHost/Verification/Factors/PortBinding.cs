namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>Every process serves HTTP by itself, on its configured port.</summary>
internal sealed class PortBinding(RunningSystem subject) : Factor("VII", "Port binding")
{
    public override async Task<string> VerifyAsync()
    {
        var processes = (await subject.StatusAsync()).Processes;
        foreach (var process in processes)
        {
            var health = await subject.GetAsync($"{process.Url}/health");
            Unless(health.GetProperty("status").GetString() == "healthy", $"{process.Url}/health says {health}");
        }

        var ports = processes.Select(p => p.Url).Distinct().Count();
        Unless(ports == processes.Count, $"{processes.Count} processes have {ports} addresses");
        var placed = await subject.PlaceOrderAsync("cash");
        var price = placed.GetProperty("items")[0].GetProperty("unitPrice").GetDecimal();
        Unless(price == 16.89m, $"a medium Margherita costs {price}");
        return $"{processes.Count} processes answer /health on {ports} ports of their own; order asked menu over HTTP what a medium Margherita costs: {price}";
    }
}
