using System.Diagnostics;
using MariosPizzeria.BuildingBlocks.Documents.Memory;
using MariosPizzeria.BuildingBlocks.Documents.Postgres;
using MariosPizzeria.BuildingBlocks.Parity;
using MariosPizzeria.ServiceDefaults.Health;
using MariosPizzeria.ServiceDefaults.Parity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>Registers the database of a process.</summary>
public static class DocumentRegistration
{
    // Many small processes share one server: twelve connections are enough for a process's load, a hundred each would exhaust the server.
    private const int ConnectionsPerProcess = 12;

    /// <summary>
    /// Registers the database of that name. The scheme of <c>ConnectionStrings__{name}</c> decides: <c>mongodb://</c>,
    /// <c>postgres://</c> or <c>Host=…</c>; without a connection string it is memory (Development and tests only).
    /// </summary>
    public static WebApplicationBuilder AddDocuments(this WebApplicationBuilder builder, string name)
    {
        var services = builder.Services;
        var connectionString = builder.Configuration.GetConnectionString(name);
        var setting = $"ConnectionStrings__{name}";

        services.TryAddSingleton<CommittedEventQueue>();
        services.AddReadinessCheck<DatabaseHealthCheck>("database");
        services.AddSingleton<IParityCheck, DatabaseParityCheck>();
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
                // This code never changes a connection's settings and keeps no lock after its transaction: nothing has to be reset before
                // the next command.
                postgres.NoResetOnClose = true;
                postgres.ApplicationName = builder.Environment.ApplicationName;
                return new NpgsqlDataSourceBuilder(postgres.ConnectionString)
                    .UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>())
                    // A command does not start a trace: outside of a trace it is a poll.
                    .ConfigureTracing(tracing =>
                        tracing
                            .ConfigureCommandFilter(_ => Activity.Current is not null)
                            .ConfigureBatchFilter(_ => Activity.Current is not null)
                    )
                    .Build();
            });
            services.AddSingleton<PostgresDatabase>();
            services.AddSingleton<IDocumentDatabase>(provider => provider.GetRequiredService<PostgresDatabase>());
            services.AddSingleton<IOutbox>(provider => provider.GetRequiredService<PostgresDatabase>());
            services.AddSingleton(typeof(IRepository<>), typeof(PostgresRepository<>));
            services.AddSingleton(typeof(IMeasures<>), typeof(PostgresMeasures<>));
        }
        else
        {
            if (string.IsNullOrEmpty(connectionString))
            {
                builder.RequireOutsideDevelopment(setting);
            }
            else
            {
                builder.ReportError(setting, "is neither a mongodb://, a postgres:// nor a Host=… connection string");
            }

            services.AddSingleton<MemoryDatabase>();
            services.AddSingleton<IDocumentDatabase>(provider => provider.GetRequiredService<MemoryDatabase>());
            services.AddSingleton<IOutbox>(provider => provider.GetRequiredService<MemoryDatabase>());
            services.AddSingleton(typeof(IRepository<>), typeof(MemoryRepository<>));
            services.AddSingleton(typeof(IMeasures<>), typeof(MemoryMeasures<>));
        }

        return builder;
    }

    /// <summary>Declares a type of document: where it is stored, and by which keys it is found.</summary>
    public static IServiceCollection AddDocumentType<T>(this IServiceCollection services, DocumentType<T> type)
        where T : class, IDocument
    {
        services.AddSingleton(type);
        services.AddSingleton<IWarmUp, DocumentWarmUp<T>>();
        services.AddSingleton<IDocumentType>(type);

        // One migration creates the schema of all types, whichever store is chosen.
        services.AddSingleton<IPostgresTable>(provider => (IPostgresTable)provider.GetRequiredService<IRepository<T>>());
        if (type.Measures.Count > 0)
        {
            services.AddSingleton<IMeasureBackfill>(provider => provider.GetRequiredService<IMeasures<T>>());
        }

        return services;
    }
}

/// <summary>Reports a process as not ready while its database does not answer.</summary>
internal sealed class DatabaseHealthCheck(IDocumentDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await database.PingAsync(cancellationToken).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
