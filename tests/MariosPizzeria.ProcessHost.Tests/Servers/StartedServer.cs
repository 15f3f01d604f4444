using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.ProcessHost.Tests.Servers;

internal static class StartedServer
{
    /// <summary>Starts the server and returns it once it responds.</summary>
    public static async Task<T> StartedAsync<T>(this T server, CancellationToken cancellationToken)
        where T : BackingServer
    {
        await server.StartAsync(cancellationToken);
        return server;
    }
}
