namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>The contract on the memory store, where all replicas are the same process.</summary>
public sealed class MemoryStoreTests : DocumentStoreContract
{
    protected override Task<(DocumentStore Here, DocumentStore There)> AttachAsync()
    {
        var only = DocumentStore.Open(connectionString: null);
        return Task.FromResult((only, only));
    }
}
