using System.Globalization;

namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>Every process serves HTTP by itself, on a port that it was given.</summary>
internal sealed class PortBinding(Subject subject) : IFactor
{
    public string Number => "VII";

    public string Name => "Port binding";

    public async Task<string> ShowAsync(CancellationToken cancellation)
    {
        var processes = (await subject.StatusAsync(cancellation)).Processes;
        foreach (var process in processes)
        {
            var health = await subject.GetAsync($"{process.Url}/health", cancellation);
            VerificationException.Unless(health.GetProperty("status").GetString() == "healthy", $"{process.Url}/health says {health}");
        }

        var ports = processes.Select(p => p.Url).Distinct(StringComparer.Ordinal).Count();
        VerificationException.Unless(ports == processes.Count, $"{processes.Count} processes have {ports} addresses");
        var placed = await subject.PlaceOrderAsync("cash", cancellation);
        var price = placed.GetProperty("items")[0].GetProperty("unitPrice").GetDecimal();
        VerificationException.Unless(price == 16.89m, $"a medium Margherita costs {price}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{processes.Count} processes answer /health on {ports} ports of their own; order asked menu over HTTP what a medium Margherita costs: {price}"
        );
    }
}
