using MariosPizzeria.BuildingBlocks.Documents;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>A database without waiting events and handled messages.</summary>
internal class EmptyDatabase : IDocumentDatabase
{
    public string Kind => "test";

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<int> PruneInboxAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<IReadOnlyList<HandledMessageEntry>> ListHandledAsync(string collection, string id, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HandledMessageEntry>>([]);

    public virtual Task<IReadOnlyList<PendingOutboxEntry>> ListPendingAsync(
        string? about,
        DateTimeOffset? before,
        int limit,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyList<PendingOutboxEntry>>([]);
}
