using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>The gateway on a real server, in front of the replicas that a test names.</summary>
internal sealed class GatewayProcess : WebApplicationFactory<AccountsClient>
{
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal)
    {
        ["SERVER_HOST"] = "127.0.0.1",
        ["PORT"] = "0",
        ["LOG_LEVEL"] = "Critical",
        ["Drain:Delay"] = "0",
        ["JWT_SECRET_KEY"] = "a-secret-of-the-tests-that-is-long-enough",
    };

    private Action<IServiceCollection> _services = _ => { };

    private GatewayProcess() => UseKestrel();

    /// <summary>Sends requests as they are: no redirects followed, no cookies kept.</summary>
    public HttpClient Client { get; private set; } = null!;

    public static GatewayProcess Before(string service, params string[] replicas) => new GatewayProcess().And(service, replicas);

    public GatewayProcess And(string service, params string[] replicas)
    {
        for (var number = 0; number < replicas.Length; number++)
        {
            _settings[$"services:{service}:http:{number}"] = replicas[number];
        }

        return this;
    }

    public GatewayProcess With(string setting, string value)
    {
        _settings[setting] = value;
        return this;
    }

    public GatewayProcess With(Action<IServiceCollection> services)
    {
        _services = services;
        return this;
    }

    public GatewayProcess Started()
    {
        StartServer();
        // Who leaves in the middle of an answer is gone at once, as a browser is, and does not read on for two seconds first.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ResponseDrainTimeout = TimeSpan.Zero,
        };
        Client = new(handler) { BaseAddress = ClientOptions.BaseAddress, Timeout = TimeSpan.FromSeconds(20) };
        return this;
    }

    /// <summary>A browser of its own before this gateway.</summary>
    public PageVisitor Visitor() => new(this);

    /// <summary>A bearer token that the pizzeria believes.</summary>
    public string TokenOf(string user) => Services.GetRequiredService<Tokens>().Issue(user, user, ["customer"], TimeSpan.FromMinutes(1));

    /// <summary>Tells the process to stop, as SIGTERM does.</summary>
    public void Stop() => Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        foreach (var (setting, value) in _settings)
        {
            builder.UseSetting(setting, value);
        }

        builder.ConfigureTestServices(services =>
        {
            // What arrives at a replica is what the test sent.
            services.RemoveAll<IWarmUp>();
            _services(services);
        });
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Client?.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>Reads and waits.</summary>
internal static class Expectations
{
    /// <summary>The slug of a problem document; fails where the answer is something else.</summary>
    public static async Task<string> Slug(this HttpResponseMessage response)
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", await response.Content.ReadAsStringAsync());
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("status").GetInt32().ShouldBe((int)response.StatusCode);
        return problem.GetProperty("type").GetString()!["/problems/".Length..];
    }

    /// <summary>Waits until something holds; fails after ten seconds.</summary>
    public static async Task Eventually(Func<Task<bool>> holds, string what)
    {
        var deadline = DateTime.UtcNow.AddSeconds(10);
        while (!await holds())
        {
            (DateTime.UtcNow < deadline).ShouldBeTrue($"{what}: not within ten seconds");
            await Task.Delay(20);
        }
    }
}
