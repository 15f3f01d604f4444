using System.Net.Http.Headers;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MariosPizzeria.Tests.InProcess;

/// <summary>A service as it is, in this process, on memory.</summary>
/// <typeparam name="TService">Any type of the service's assembly.</typeparam>
public abstract class ServiceFactory<TService> : WebApplicationFactory<TService>
    where TService : class
{
    public Clock Clock { get; } = new();

    public HttpClient Anonymous() => CreateClient();

    public HttpClient As(params string[] roles)
    {
        var client = CreateClient();
        var token = Services.GetRequiredService<Tokens>().Issue($"{roles[0]}-1", "Somebody", roles, TimeSpan.FromMinutes(10));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

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

            // What is asked of others, and logged, is what the test made happen.
            services.RemoveAll<IWarmUp>();
        });
    }
}

/// <summary>The time, which a test can put forward. Timers run by the real one.</summary>
public sealed class Clock : TimeProvider
{
    private long _ahead;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));
}
