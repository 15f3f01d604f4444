using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Hosting;
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

    /// <summary>Attaches a new process; no connection string means memory.</summary>
    public static CacheProcess Open(string? connectionString)
    {
        var builder = PizzeriaHost.CreateBuilder("test", ["--environment", Environments.Development]);
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:redis"] = connectionString;
        builder.AddCache("redis");
        return new(builder.Build());
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
