using System.Diagnostics;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Documents.Memory;
using MariosPizzeria.ServiceDefaults.Documents.Postgres;
using MariosPizzeria.ServiceDefaults.Health;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Parity;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>Attaches a process to its database.</summary>
public static class DocumentRegistration
{
    // Many small processes share one server: ten connections serve a process's load, a hundred each would exhaust the server.
    private const int ConnectionsPerProcess = 12;

    /// <summary>
    /// Attaches the database of that name. The scheme of <c>ConnectionStrings__{name}</c> decides: <c>mongodb://</c>,
    /// <c>postgres://</c> or <c>Host=…</c>, none for memory (Development and tests only).
    /// </summary>
    public static WebApplicationBuilder AddDocuments(this WebApplicationBuilder builder, string name)
    {
        var services = builder.Services;
        var connectionString = builder.Configuration.GetConnectionString(name);
        var setting = $"ConnectionStrings__{name}";

        services.TryAddSingleton<OutboxSignal>();
        services.AddReadinessCheck<DatabaseHealthCheck>("database");
        services.AddSingleton<IParityCheck, DatabaseParity>();
        services.AddHostedService<InboxPruning>();

        if (!string.IsNullOrEmpty(connectionString) && builder.TryAddMongo(name, connectionString, 4 * ConnectionsPerProcess))
        {
            return builder;
        }

        if (!string.IsNullOrEmpty(connectionString) && PostgresConnectionString.Parse(connectionString) is { } postgres)
        {
            services.AddSingleton(provider =>
            {
                postgres.MaxPoolSize = Math.Min(postgres.MaxPoolSize, ConnectionsPerProcess);
                postgres.MaxAutoPrepare = 50;
                // Nothing here changes a connection's settings or keeps a lock over its transaction: there is nothing to undo before the
                // next command.
                postgres.NoResetOnClose = true;
                postgres.ApplicationName = builder.Environment.ApplicationName;
                return new NpgsqlDataSourceBuilder(postgres.ConnectionString)
                    .UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>())
                    // No trace begins with a command: it would be a poll.
                    .ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => Activity.Current is not null))
                    .Build();
            });
            services.AddSingleton<PostgresDatabase>();
            services.AddSingleton<IDocumentDatabase>(provider => provider.GetRequiredService<PostgresDatabase>());
            services.AddSingleton<IOutbox>(provider => provider.GetRequiredService<PostgresDatabase>());
            services.AddSingleton(typeof(IRepository<>), typeof(PostgresRepository<>));
        }
        else
        {
            if (string.IsNullOrEmpty(connectionString))
            {
                builder.RequireOutsideDevelopment(setting);
            }
            else
            {
                builder.ReportFault(setting, "is neither a mongodb://, a postgres:// nor a Host=… connection string");
            }

            services.AddSingleton<MemoryDatabase>();
            services.AddSingleton<IDocumentDatabase>(provider => provider.GetRequiredService<MemoryDatabase>());
            services.AddSingleton<IOutbox>(provider => provider.GetRequiredService<MemoryDatabase>());
            services.AddSingleton(typeof(IRepository<>), typeof(MemoryRepository<>));
        }

        return builder;
    }

    /// <summary>Declares a kind of document: where it is kept and by what it is found.</summary>
    public static IServiceCollection AddDocumentType<T>(this IServiceCollection services, DocumentType<T> type)
        where T : class, IDocument
    {
        services.AddSingleton(type);
        services.AddSingleton<IWarmUp, DocumentWarmUp<T>>();
        services.AddSingleton<IDocumentType>(type);

        // The schema of all kinds is made by one migration, whichever store is chosen.
        services.AddSingleton<IPostgresTable>(provider => (IPostgresTable)provider.GetRequiredService<IRepository<T>>());
        return services;
    }
}

/// <summary>A process whose database does not answer is not ready.</summary>
internal sealed class DatabaseHealthCheck(IDocumentDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await database.Ping(cancellationToken).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
