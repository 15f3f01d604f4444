using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Accounts at an OpenID provider: how services interpret its tokens.</summary>
public sealed class AuthorityTests : IAsyncLifetime
{
    private const string Audience = "the-pizzeria-api";

    private OpenIdProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await OpenIdProvider.StartAsync();

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    [Fact]
    public async Task A_service_believes_the_authoritys_tokens_and_takes_roles_from_the_claim_that_is_configured()
    {
        await using var order = Order(("Oidc:RoleClaim", "realm_access.roles"), ("Oidc:RoleNames", "manager=shop-admin"));

        var manager = Token("ada-1", Roles("realm_access", "shop-admin"));
        var customer = Token("bob-1", Roles("realm_access", "customer", "service", "manager"));
        var nobody = Token("eve-1", Roles("groups", "shop-admin"));

        (await order.GetAsync("/api/reports/overview", manager)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await order.GetAsync("/api/reports/overview", customer)).SlugAsync()).ShouldBe("forbidden");
        (await order.GetAsync("/api/orders", customer)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await order.GetAsync("/api/orders", nobody)).SlugAsync()).ShouldBe("forbidden");
    }

    [Fact]
    public async Task A_role_that_only_our_processes_have_is_not_the_authoritys_to_give()
    {
        await using var order = Order();

        using var asked = await order.PostAsync(
            "/internal/auth/verify",
            Token("eve-1", Named("service")),
            new { username = "a", password = "b" }
        );

        (await asked.SlugAsync()).ShouldBe("forbidden");
    }

    [Fact]
    public async Task A_user_of_the_authority_has_a_profile_here()
    {
        await using var order = Order();
        var token = Token("ada|1", Named("customer"));

        using var before = await order.GetAsync("/api/profile", token);
        using var changed = await order.PutAsync(
            "/api/profile",
            token,
            new
            {
                name = "Ada L.",
                phone = "+39 055 1234567",
                address = "Via Roma 1",
            }
        );
        using var after = await order.GetAsync("/api/profile", token);

        (await before.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("name").GetString().ShouldBe("Ada");
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await after.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("name").GetString().ShouldBe("Ada L.");
    }

    [Fact]
    public async Task Tokens_that_are_not_quite_the_authoritys_are_refused()
    {
        await using var order = Order();
        await using var other = await OpenIdProvider.StartAsync();
        var roles = Named("manager");

        string[] forged =
        [
            _provider.Issue("eve", "somebody-else", roles),
            _provider.Issue("eve", Audience, roles, minutes: -2),
            _provider.Issue("eve", Audience, roles, by: _provider.PublicKeyAsSecret()),
            other.Issue("eve", Audience, roles),
            $"{_provider.Issue("eve", Audience, roles)[..^4]}AAAA",
            _provider.Issue("eve", Audience, roles, headers: new Dictionary<string, object> { ["crit"] = (string[])["exp"] }),
            new JsonWebTokenHandler().CreateToken(
                $$"""{"iss":"{{_provider.Address}}","aud":"{{Audience}}","sub":"eve","exp":4102444800}"""
            ),
            new JsonWebTokenHandler().CreateToken($$"""{"iss":"marios-pizzeria","aud":"marios-pizzeria","sub":"eve","exp":4102444800}"""),
            "a.b.c",
            "not even that",
        ];

        foreach (var token in forged)
        {
            using var answer = await order.GetAsync("/api/orders", token);
            (await answer.SlugAsync()).ShouldBe("unauthenticated", token);
        }
    }

    [Fact]
    public async Task A_key_that_the_authority_signs_with_anew_is_found()
    {
        await using var order = Order();
        (await order.GetAsync("/api/orders", Token("ada-1", Named("customer")))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var old = Token("ada-1", Named("customer"));

        _provider.NewKey();

        await Expectations.EventuallyAsync(
            async () => (await order.GetAsync("/api/orders", Token("ada-1", Named("customer")))).StatusCode == HttpStatusCode.OK,
            "a token by the new key is believed"
        );
        await Expectations.EventuallyAsync(
            async () => (await order.GetAsync("/api/orders", old)).StatusCode == HttpStatusCode.Unauthorized,
            "a token by the key that was withdrawn is not"
        );
    }

    [Fact]
    public async Task An_authority_that_has_never_answered_is_503_and_no_verdict_on_the_token()
    {
        await using var order = Order();
        _provider.IsBroken = true;

        using var answer = await order.GetAsync("/api/orders", Token("ada-1", Named("customer")));

        (await answer.SlugAsync()).ShouldBe("unavailable");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await (await order.GetAsync("/api/orders", token: null)).SlugAsync()).ShouldBe("unauthenticated");
    }

    [Theory]
    [InlineData("/api/auth/register")]
    [InlineData("/api/auth/token")]
    public async Task The_order_service_says_where_the_accounts_are(string path)
    {
        await using var order = Order();

        using var answer = await order.PostAsync(
            path,
            token: null,
            new
            {
                username = "customer",
                password = "test",
                name = "Ada",
            }
        );

        (await answer.SlugAsync()).ShouldBe("not-found");
        (await answer.Content.ReadAsStringAsync()).ShouldContain(_provider.Address);
    }

    [Theory]
    [InlineData("Oidc:Authority", "http://insecure.example")]
    [InlineData("Oidc:Authority", "nonsense")]
    [InlineData("Oidc:RoleNames", "boss=admin")]
    [InlineData("Oidc:RoleNames", "manager")]
    public void A_wrong_setting_of_the_authority_is_a_fault(string setting, string value)
    {
        var builder = PizzeriaHost.CreateBuilder(
            "menu",
            ["--environment", "Production", "--Oidc:Authority", "https://id.example", $"--{setting}", value]
        );

        ConfigurationErrors.List(builder).ShouldContain(fault => fault.StartsWith(setting.Replace(":", "__", StringComparison.Ordinal)));
    }

    private static Dictionary<string, object> Named(params string[] roles) => new() { ["name"] = "Ada", ["roles"] = roles };

    private static Dictionary<string, object> Roles(string claim, params string[] roles) =>
        new() { [claim] = new Dictionary<string, object> { ["roles"] = roles } };

    private string Token(string subject, Dictionary<string, object> claims) => _provider.Issue(subject, Audience, claims);

    private OrderProcess Order(params (string, string)[] settings) =>
        new([("Oidc:Authority", _provider.Address), ("Oidc:Audience", Audience), .. settings]);

    /// <summary>The Order service on a real server, with in-memory storage.</summary>
    private sealed class OrderProcess((string Name, string Value)[] settings) : IAsyncDisposable
    {
        private readonly Factory _factory = new(settings);

        public Task<HttpResponseMessage> GetAsync(string path, string? token) => SendAsync(HttpMethod.Get, path, token, body: null);

        public Task<HttpResponseMessage> PostAsync(string path, string? token, object body) =>
            SendAsync(HttpMethod.Post, path, token, body);

        public Task<HttpResponseMessage> PutAsync(string path, string? token, object body) => SendAsync(HttpMethod.Put, path, token, body);

        public ValueTask DisposeAsync() => _factory.DisposeAsync();

        private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, object? body)
        {
            var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            return _factory.Http.SendAsync(request);
        }

        private sealed class Factory : WebApplicationFactory<Order>
        {
            private readonly (string Name, string Value)[] _settings;

            public Factory((string Name, string Value)[] settings)
            {
                _settings = settings;
                UseKestrel();
                StartServer();
                Http = new() { BaseAddress = ClientOptions.BaseAddress };
            }

            public HttpClient Http { get; }

            protected override void ConfigureWebHost(IWebHostBuilder builder)
            {
                builder.UseEnvironment("Development");
                builder.UseSetting("SERVER_HOST", "127.0.0.1");
                builder.UseSetting("PORT", "0");
                builder.UseSetting("LOG_LEVEL", "Critical");
                builder.UseSetting("Drain:Delay", "0");
                foreach (var (name, value) in _settings)
                {
                    builder.UseSetting(name, value);
                }
            }
        }
    }
}
