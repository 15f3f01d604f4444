namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>Opens a connection to another service; an unreachable service does not keep the process from being ready.</summary>
internal sealed class ClientWarmUp(IHttpClientFactory clients, string name) : IWarmUp
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(name);
        using var answer = await client.GetAsync(new Uri("health", UriKind.Relative), cancellationToken);
    }
}
