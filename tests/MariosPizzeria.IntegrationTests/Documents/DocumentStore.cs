using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>One process attached to a database, as far as its documents go.</summary>
public sealed class DocumentStore : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DocumentStore(WebApplication app) => _app = app;

    public IRepository<Parcel> Parcels => _app.Services.GetRequiredService<IRepository<Parcel>>();

    public IDocumentDatabase Database => _app.Services.GetRequiredService<IDocumentDatabase>();

    public OutboxSignal Signal => _app.Services.GetRequiredService<OutboxSignal>();

    public IOutbox Outbox => _app.Services.GetRequiredService<IOutbox>();

    /// <summary>Attaches a new process; no connection string means memory.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="time">The process's clock; the system's without it.</param>
    public static DocumentStore Open(string? connectionString, TimeProvider? time = null)
    {
        var builder = PizzeriaHost.CreateBuilder("test", ["--environment", Environments.Development]);
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:testdb"] = connectionString;
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.AddDocuments("testdb");
        builder.Services.AddDocumentType(Documents.Parcels.Type);
        return new(builder.Build());
    }

    /// <summary>Empties the outbox; what was in it, oldest first.</summary>
    public async Task<IReadOnlyList<OutboxEntry>> TakeEvents()
    {
        var taken = new List<OutboxEntry>();
        while (
            await Outbox.Drain(
                100,
                (entries, _) =>
                {
                    taken.AddRange(entries);
                    return Task.CompletedTask;
                },
                CancellationToken.None
            ) > 0
        )
        {
            // There may be more.
        }

        return taken;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
