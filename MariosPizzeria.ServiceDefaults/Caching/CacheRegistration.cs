using MariosPizzeria.ServiceDefaults.Health;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Parity;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace MariosPizzeria.ServiceDefaults.Caching;

/// <summary>Attaches a process to the shared cache.</summary>
public static class CacheRegistration
{
    /// <summary>Redis at <c>ConnectionStrings__{name}</c>; memory where there is none (Development and tests only).</summary>
    public static WebApplicationBuilder AddCache(this WebApplicationBuilder builder, string name)
    {
        var setting = $"ConnectionStrings__{name}";
        builder.Services.AddSingleton<IParityCheck, CacheParity>();
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
            builder.ReportFault(setting, "is not a Redis connection string (host:port,password=…)");
            builder.Services.AddSingleton<ICache, MemoryCache>();
            return builder;
        }

        Tune(options);
        Microsoft.Extensions.Hosting.AspireRedisExtensions.AddRedisClient(
            builder,
            name,
            settings =>
            {
                // Registering connects to nothing; and nobody collects spans where no endpoint is set.
                settings.DisableAutoActivation = true;
                // It sends PING, which a server that takes no writes answers too; CacheHealthCheck writes.
                settings.DisableHealthChecks = true;
                settings.DisableTracing = string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
            },
            Tune
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

    // A server that is away is come back to, soon and for ever, instead of ending the process.
    private static void Tune(ConfigurationOptions options)
    {
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 2000;
        options.SyncTimeout = 5000;
        options.ConnectRetry = 1;
        // RedisCache waits itself for a connection, and only with commands that may be sent again.
        options.BacklogPolicy = BacklogPolicy.FailFast;
    }
}

/// <summary>A process whose Redis does not answer is not ready.</summary>
internal sealed class CacheHealthCheck(ICache cache) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await cache.Ping(cancellationToken).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
