using System.Net.Http.Headers;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Tests.Ordering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>
/// The web processes, run in this process, each on a real server with everything between a client and an endpoint. They share a
/// secret but no bus, so an order is placed and not processed further.
/// </summary>
public class Pizzeria : IAsyncLifetime, IAsyncDisposable
{
    /// <summary>The signing key of the tests; nothing else is signed with it.</summary>
    public const string Secret = "a-secret-of-the-tests-that-is-long-enough-even-for-a-hash-of-64-bytes";

    private readonly List<IAsyncDisposable> _processes = [];
    private AccessTokenIssuer _tokens = null!;

    /// <summary>The addresses of the web processes by name.</summary>
    public IReadOnlyDictionary<string, Uri> Addresses { get; private set; } = null!;

    /// <summary>The services of the web processes by name.</summary>
    protected Dictionary<string, IServiceProvider> Processes { get; } = new(StringComparer.Ordinal);

    public virtual async Task InitializeAsync()
    {
        await Task.Yield();
        var menu = Start<Pizza>("menu", new(StringComparer.Ordinal));
        var kitchen = Start<Ticket>("kitchen", new(StringComparer.Ordinal));
        var order = Start<Order>("order", new(StringComparer.Ordinal) { ["menu"] = menu, ["kitchen"] = kitchen });
        var all = new Dictionary<string, Uri>(StringComparer.Ordinal)
        {
            ["menu"] = menu,
            ["kitchen"] = kitchen,
            ["order"] = order,
        };
        Addresses = new Dictionary<string, Uri>(all, StringComparer.Ordinal) { ["gateway"] = Start<AccountsClient>("gateway", all) };
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>Returns a client of a process, signed in if roles are given. It sends requests unchanged.</summary>
    public HttpClient Client(string process, params string[] roles)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = Addresses[process],
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (roles.Length > 0)
        {
            SignIn(client, $"{roles[0]}-1", roles);
        }

        return client;
    }

    /// <summary>Gives a client a user's token.</summary>
    public void SignIn(HttpClient client, string user, params string[] roles) =>
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            _tokens.Issue(user, "Somebody", roles, TimeSpan.FromMinutes(10))
        );

    private Uri Start<TMember>(string name, Dictionary<string, Uri> services)
        where TMember : class
    {
        var process = new Process<TMember>(services);
        _processes.Add(process);
        process.UseKestrel();
        process.StartServer();
        _tokens = process.Services.GetRequiredService<AccessTokenIssuer>();
        Processes[name] = process.Services;
        return process.ClientOptions.BaseAddress;
    }

    private sealed class Process<TMember>(Dictionary<string, Uri> services) : WebApplicationFactory<TMember>
        where TMember : class
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Development");
            // Not with UseKestrel(port): it sets the port when the program may already have started.
            builder.UseSetting("SERVER_HOST", "127.0.0.1");
            builder.UseSetting("PORT", "0");
            builder.UseSetting("LOG_LEVEL", "Critical");
            builder.UseSetting("Drain:Delay", "0");

            // On a machine that stops for some seconds, no order is refused because of the events that waited meanwhile.
            builder.UseSetting("Backlog:MostAge", "600");
            builder.UseSetting("JWT_SECRET_KEY", Secret);
            foreach (var backing in new[] { "menudb", "kitchendb", "orderdb", "redis", "rabbitmq" })
            {
                builder.UseSetting($"ConnectionStrings:{backing}", "");
            }

            foreach (var (name, address) in services)
            {
                builder.UseSetting($"services:{name}:http:0", address.AbsoluteUri);
            }

            builder.ConfigureTestServices(services =>
            {
                if (typeof(TMember) == typeof(Order))
                {
                    services.AddSingleton<IAccountVersions, EverybodysVersions>();
                }
            });
        }
    }
}
