namespace MariosPizzeria.ProcessHost.Tests.Hosting;

/// <summary>A running playground, for test classes that leave it in the state in which they found it.</summary>
public sealed class RunningPlayground : IAsyncLifetime
{
    internal Playground Playground { get; } = new("mongo", "redis", "menu", "gateway");

    public Task InitializeAsync() => Playground.UpAsync();

    public async Task DisposeAsync() => await Playground.DisposeAsync();
}
