using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace MariosPizzeria.ServiceDefaults.Admin;

/// <summary>Asks the service beside it in the container for its <c>/health</c>, so that a health check needs no curl.</summary>
internal static class HealthcheckCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public static async Task<int> Run(IConfiguration configuration)
    {
        try
        {
            var address = BindingAddress.Parse((configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';')[0]);
            using var client = new HttpClient { Timeout = Timeout };
            using var response = await client.GetAsync(new Uri(ListenAddress.Reachable(address), "/health"));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or FormatException)
        {
            await Console.Error.WriteLineAsync($"not healthy: {e.Message}");
            return 1;
        }
    }
}
