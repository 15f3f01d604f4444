using MariosPizzeria.BuildingBlocks.Parity;
using MariosPizzeria.ServiceDefaults.Health;
using MariosPizzeria.ServiceDefaults.Parity;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace MariosPizzeria.BuildingBlocks.Caching;

/// <summary>Registers the shared cache.</summary>
public static class CacheRegistration
{
    /// <summary>Registers Redis at <c>ConnectionStrings__{name}</c>, or memory if there is none (Development and tests only).</summary>
    public static WebApplicationBuilder AddCache(this WebApplicationBuilder builder, string name)
    {
        var setting = $"ConnectionStrings__{name}";
        builder.Services.AddSingleton<IParityCheck, CacheParityCheck>();
        var connectionString = builder.Configuration.GetConnectionString(name);
        if (string.IsNullOrEmpty(connectionString))
        {
            builder.RequireOutsideDevelopment(setting);
            builder.Services.AddSingleton<ICache, MemoryCache>();
            return builder;
        }

        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(connectionString);
        }
        catch (ArgumentException)
        {
            builder.ReportError(setting, "is not a Redis connection string (host:port,password=…)");
            builder.Services.AddSingleton<ICache, MemoryCache>();
            return builder;
        }

        Configure(options);
        Microsoft.Extensions.Hosting.AspireRedisExtensions.AddRedisClient(
            builder,
            name,
            settings =>
            {
                // Registration must not connect. Without an OTLP endpoint spans are not collected, so tracing is off.
                settings.DisableAutoActivation = true;
                // The client's health check sends PING, which a server that accepts no writes also answers; CacheHealthCheck writes.
                settings.DisableHealthChecks = true;
                settings.DisableTracing = string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
            },
            Configure
        );
        builder.Services.AddSingleton(provider => new RedisConnection(() =>
            Task.FromResult(provider.GetRequiredService<IConnectionMultiplexer>())
        ));
        builder.Services.AddSingleton<ICache, RedisCache>();
        builder.Services.AddSingleton(provider => new RedisReadOnlyUser(
            provider.GetRequiredService<RedisConnection>(),
            options,
            provider.GetRequiredService<TimeProvider>()
        ));
        builder.Services.AddReadinessCheck<CacheHealthCheck>("redis");
        return builder;
    }

    // If a server is down, the client reconnects after a short time, without limit, instead of ending the process.
    private static void Configure(ConfigurationOptions options)
    {
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 2000;
        options.SyncTimeout = 5000;
        options.ConnectRetry = 1;
        // RedisCache itself waits for a connection, and only with commands that may be sent again.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        // The client's own threads would only pass each answer on to the thread pool.
        options.SocketManager = SocketManager.ThreadPool;
    }
}

/// <summary>Reports a process as not ready while its Redis does not answer.</summary>
internal sealed class CacheHealthCheck(ICache cache) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await cache.PingAsync(cancellationToken).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
