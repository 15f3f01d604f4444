using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.IntegrationTests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.IntegrationTests.Caching;

/// <summary>One process attached to the shared cache.</summary>
public sealed class CacheProcess : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CacheProcess(WebApplication app) => _app = app;

    public RedisReadOnlyUser ReadOnlyUser => _app.Services.GetRequiredService<RedisReadOnlyUser>();

    public ICache Cache => _app.Services.GetRequiredService<ICache>();

    /// <summary>Attaches a new process; without a connection string it uses the memory cache.</summary>
    public static CacheProcess Open(string? connectionString)
    {
        var builder = PizzeriaHost.CreateBuilder("test", ["--environment", Environments.Development]);
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:redis"] = connectionString;
        builder.AddCache("redis");
        return new(builder.Build());
    }

    /// <summary>Attaches a new process and waits for its connection, as readiness does: that may take longer than a call waits.</summary>
    public static async Task<CacheProcess> ConnectAsync(string connectionString)
    {
        var process = Open(connectionString);
        await Eventually.UntilAsync(
            "the process is connected",
            async () =>
            {
                await process.Cache.PingAsync(default);
                return true;
            }
        );
        return process;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
