using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.ServiceDefaults.Hosting;
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

    private readonly List<Replica> _replicas = [];
    private readonly List<PageVisitor> _visitors = [];
    private Action<IServiceCollection> _services = _ => { };

    private GatewayProcess() => UseKestrel();

    /// <summary>A client that sends requests unchanged: it follows no redirects and keeps no cookies.</summary>
    public HttpClient Client { get; private set; } = null!;

    public static GatewayProcess Before(string service, params string[] replicas) => new GatewayProcess().And(service, replicas);

    /// <summary>Creates a gateway in front of one replica, which is disposed with the gateway.</summary>
    public static GatewayProcess Before(string service, Replica replica) => new GatewayProcess().And(service, replica);

    /// <summary>Adds one replica, which is disposed with the gateway.</summary>
    public GatewayProcess And(string service, Replica replica)
    {
        _replicas.Add(replica);
        return And(service, replica.Address);
    }

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
        // A client that leaves during a response closes the connection at once, as a browser does, and does not read on for two seconds.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ResponseDrainTimeout = TimeSpan.Zero,
        };
        Client = new(handler) { BaseAddress = ClientOptions.BaseAddress, Timeout = TimeSpan.FromSeconds(20) };
        return this;
    }

    /// <summary>Creates a browser that uses this gateway; it is disposed with the gateway.</summary>
    public PageVisitor Visitor()
    {
        var visitor = new PageVisitor(this);
        _visitors.Add(visitor);
        return visitor;
    }

    /// <summary>Returns a bearer token that the pizzeria accepts.</summary>
    public string TokenOf(string user) =>
        Services.GetRequiredService<AccessTokenIssuer>().Issue(user, user, ["customer"], TimeSpan.FromMinutes(1));

    /// <summary>Stops the process as SIGTERM does.</summary>
    public void Stop() => Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

    public override async ValueTask DisposeAsync()
    {
        _visitors.ForEach(visitor => visitor.Dispose());
        await base.DisposeAsync();
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        foreach (var (setting, value) in _settings)
        {
            builder.UseSetting(setting, value);
        }

        builder.ConfigureTestServices(services =>
        {
            // Without the warm-up, replicas receive only the requests of the test.
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

/// <summary>Reads responses and waits for conditions.</summary>
internal static class Expectations
{
    /// <summary>Returns the slug of a problem document; fails if the response is something else.</summary>
    public static async Task<string> SlugAsync(this HttpResponseMessage response)
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", await response.Content.ReadAsStringAsync());
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("status").GetInt32().ShouldBe((int)response.StatusCode);
        return problem.GetProperty("type").GetString()!["/problems/".Length..];
    }

    /// <summary>Waits until a condition holds; fails after a minute.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (!await holds())
        {
            (DateTime.UtcNow < deadline).ShouldBeTrue($"{what}: not within a minute");
            await Task.Delay(20);
        }
    }
}
