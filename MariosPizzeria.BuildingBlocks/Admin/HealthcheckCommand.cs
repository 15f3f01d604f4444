namespace MariosPizzeria.BuildingBlocks.Admin;

/// <summary>Requests <c>/health</c> from the service in the same container, so that a container health check needs no curl.</summary>
internal static class HealthcheckCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(IConfiguration configuration)
    {
        try
        {
            var address = BindingAddress.Parse((configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';')[0]);
            using var client = new HttpClient { Timeout = Timeout };
            using var response = await client.GetAsync(new Uri(ListenAddress.Reachable(address), "/health"));
            if (response.IsSuccessStatusCode)
            {
                return 0;
            }

            await Console.Error.WriteLineAsync($"not healthy: {response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}");
            return 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or FormatException)
        {
            await Console.Error.WriteLineAsync($"not healthy: {e.Message}");
            return 1;
        }
    }
}
