namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>
/// A way into a database or cache by which nothing can be changed, for a person who looks around: held to by the server and not by what
/// the person types. A document store that has one implements it along with <see cref="IDocumentDatabase"/>.
/// </summary>
public interface IReadOnlyAccess
{
    /// <summary>Makes a user who may read and do nothing else.</summary>
    Task<ReadOnlyGrant> Grant(CancellationToken cancellationToken);
}

/// <summary>A user who may only read; gone when this is disposed.</summary>
/// <param name="connectionString">By which that user connects.</param>
/// <param name="revoke">Removes the user.</param>
public sealed class ReadOnlyGrant(string connectionString, Func<Task> revoke) : IAsyncDisposable
{
    /// <summary>By which that user connects; a secret.</summary>
    public string ConnectionString { get; } = connectionString;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await revoke();
}
