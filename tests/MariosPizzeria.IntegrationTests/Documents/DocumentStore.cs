using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>The document services of one process that is attached to a database.</summary>
public sealed class DocumentStore : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string? _connectionString;

    private DocumentStore(WebApplication app, string? connectionString) => (_app, _connectionString) = (app, connectionString);

    public IRepository<Parcel> Parcels => _app.Services.GetRequiredService<IRepository<Parcel>>();

    public IMeasures<Parcel> Measures => _app.Services.GetRequiredService<IMeasures<Parcel>>();

    public IDocumentDatabase Database => _app.Services.GetRequiredService<IDocumentDatabase>();

    public CommittedEventQueue Signal => _app.Services.GetRequiredService<CommittedEventQueue>();

    public IOutbox Outbox => _app.Services.GetRequiredService<IOutbox>();

    /// <summary>Attaches a new process; without a connection string it uses the memory store.</summary>
    /// <param name="connectionString">The connection string of the database.</param>
    /// <param name="time">The process's clock; by default the system's.</param>
    public static DocumentStore Open(string? connectionString, TimeProvider? time = null) =>
        Open(connectionString, time ?? TimeProvider.System, Documents.Parcels.Type);

    /// <summary>Attaches a process of another release, which has this document type. Requires a server.</summary>
    public DocumentStore Beside(DocumentType<Parcel> type) =>
        Open(_connectionString.ShouldNotBeNull("there is a server"), TimeProvider.System, type);

    private static DocumentStore Open(string? connectionString, TimeProvider time, DocumentType<Parcel> type)
    {
        var builder = PizzeriaHost.CreateBuilder("test", ["--environment", Environments.Development]);
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:testdb"] = connectionString;
        builder.Services.AddSingleton(time);
        builder.AddDocuments("testdb");
        builder.Services.AddDocumentType(type);
        return new(builder.Build(), connectionString);
    }

    /// <summary>Empties the outbox and returns its entries, oldest first.</summary>
    public async Task<IReadOnlyList<OutboxEntry>> TakeEventsAsync()
    {
        var taken = new List<OutboxEntry>();
        while (
            await Outbox.DrainAsync(
                100,
                TimeSpan.Zero,
                (entries, _) =>
                {
                    taken.AddRange(entries);
                    return Task.CompletedTask;
                },
                CancellationToken.None
            ) > 0
        )
        {
            // Each call returns one batch.
        }

        return taken;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
