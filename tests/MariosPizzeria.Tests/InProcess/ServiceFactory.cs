using System.Net.Http.Headers;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.Tests.Gateway;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MariosPizzeria.Tests.InProcess;

/// <summary>A complete service in this process, with in-memory storage.</summary>
/// <typeparam name="TService">Any type of the service's assembly.</typeparam>
public abstract class ServiceFactory<TService> : WebApplicationFactory<TService>
    where TService : class
{
    public Clock Clock { get; } = new();

    public HttpClient Anonymous() => CreateClient();

    public HttpClient As(params string[] roles) => AsUser($"{roles[0]}-1", roles);

    public HttpClient AsUser(string id, params string[] roles)
    {
        var client = CreateClient();
        var token = Services.GetRequiredService<AccessTokenIssuer>().Issue(id, "Somebody", roles, TimeSpan.FromMinutes(10));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>
    /// Advances the clock after all stored events are published and gone from the outbox; otherwise they would have waited there that long.
    /// </summary>
    public async Task LaterAsync(TimeSpan by)
    {
        await Expectations.EventuallyAsync(
            async () => await Get<IOutbox>().BacklogAsync(limit: 1, CancellationToken.None) == 0,
            "what was stored is published"
        );
        Clock.Advance(by);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseSetting("Drain:Delay", "0");
        foreach (var backing in new[] { "menudb", "kitchendb", "orderdb", "redis", "rabbitmq" })
        {
            builder.UseSetting($"ConnectionStrings:{backing}", "");
        }

        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);

            // Without the warm-up, all calls to other services and all log entries come from the test.
            services.RemoveAll<IWarmUp>();
        });
    }
}

/// <summary>A clock that a test can advance. Timers use the real time.</summary>
public sealed class Clock : TimeProvider
{
    private long _ahead;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));
}
