namespace MariosPizzeria.IntegrationTests.Caching;

/// <summary>The contract on the memory cache, which only one process can use.</summary>
public sealed class MemoryCacheTests : CacheContract
{
    protected override Task<(CacheProcess Here, CacheProcess There)> AttachAsync()
    {
        var only = CacheProcess.Open(connectionString: null);
        return Task.FromResult((only, only));
    }
}
