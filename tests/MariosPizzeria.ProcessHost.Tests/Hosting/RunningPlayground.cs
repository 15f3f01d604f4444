namespace MariosPizzeria.ProcessHost.Tests.Hosting;

/// <summary>A playground that is up, for the tests of a class that leave it as sound as they found it.</summary>
public sealed class RunningPlayground : IAsyncLifetime
{
    internal Playground Playground { get; } = new("mongo", "redis", "menu", "gateway");

    public Task InitializeAsync() => Playground.UpAsync();

    public async Task DisposeAsync() => await Playground.DisposeAsync();
}
