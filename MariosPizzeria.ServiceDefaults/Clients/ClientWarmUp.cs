using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>Opens the way to another service; that it may be away is no reason not to be ready.</summary>
internal sealed class ClientWarmUp(IHttpClientFactory clients, string name) : IWarmUp
{
    public async Task Run(CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(name);
        using var answer = await client.GetAsync(new Uri("health", UriKind.Relative), cancellationToken);
    }
}
