namespace MariosPizzeria.IntegrationTests.Caching;

/// <summary>The contract on memory, which only one process sees.</summary>
public sealed class MemoryCacheTests : CacheContract
{
    protected override Task<(CacheProcess Here, CacheProcess There)> Attach()
    {
        var only = CacheProcess.Open(connectionString: null);
        return Task.FromResult((only, only));
    }
}
