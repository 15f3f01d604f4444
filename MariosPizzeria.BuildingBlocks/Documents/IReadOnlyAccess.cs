namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>
/// Read-only access to a database or cache, for an operator who inspects the data. The server enforces it, whatever the operator types.
/// A document store that supports it implements it along with <see cref="IDocumentDatabase"/>.
/// </summary>
public interface IReadOnlyAccess
{
    /// <summary>Creates a user who may read and do nothing else.</summary>
    Task<ReadOnlyGrant> GrantAsync(CancellationToken cancellationToken);
}

/// <summary>A user who may only read; deleted when this is disposed.</summary>
public sealed class ReadOnlyGrant(string connectionString, Func<Task> revoke) : IAsyncDisposable
{
    /// <summary>The connection string of that user; a secret.</summary>
    public string ConnectionString { get; } = connectionString;

    public async ValueTask DisposeAsync() => await revoke();
}
