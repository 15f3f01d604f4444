namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>The contract on memory, where all replicas there can be are one process.</summary>
public sealed class MemoryStoreTests : DocumentStoreContract
{
    protected override Task<(DocumentStore Here, DocumentStore There)> Attach()
    {
        var only = DocumentStore.Open(connectionString: null);
        return Task.FromResult((only, only));
    }
}
