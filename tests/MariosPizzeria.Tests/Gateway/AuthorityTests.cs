using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>The accounts are an OpenID provider's: a real one, on a socket.</summary>
public sealed class AuthorityTests : IAsyncLifetime
{
    private const string Audience = "the-pizzeria-api";

    private OpenIdProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await OpenIdProvider.Start();

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    [Fact]
    public async Task A_service_believes_the_authoritys_tokens_and_takes_roles_from_the_claim_that_is_configured()
    {
        await using var order = Order(("Oidc:RoleClaim", "realm_access.roles"), ("Oidc:RoleNames", "manager=shop-admin"));

        var manager = Token("ada-1", Roles("realm_access", "shop-admin"));
        var customer = Token("bob-1", Roles("realm_access", "customer", "service", "manager"));
        var nobody = Token("eve-1", Roles("groups", "shop-admin"));

        (await order.Get("/api/reports/overview", manager)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await order.Get("/api/reports/overview", customer)).Slug()).ShouldBe("forbidden");
        (await order.Get("/api/orders", customer)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await order.Get("/api/orders", nobody)).Slug()).ShouldBe("forbidden");
    }

    [Fact]
    public async Task A_role_that_only_our_processes_have_is_not_the_authoritys_to_give()
    {
        await using var order = Order();

        using var asked = await order.Post(
            "/internal/auth/verify",
            Token("eve-1", Named("service")),
            new { username = "a", password = "b" }
        );

        (await asked.Slug()).ShouldBe("forbidden");
    }

    [Fact]
    public async Task A_user_of_the_authority_has_a_profile_here()
    {
        await using var order = Order();
        var token = Token("ada|1", Named("customer"));

        using var before = await order.Get("/api/profile", token);
        using var changed = await order.Put(
            "/api/profile",
            token,
            new
            {
                name = "Ada L.",
                phone = "+39 055 1234567",
                address = "Via Roma 1",
            }
        );
        using var after = await order.Get("/api/profile", token);

        (await before.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("name").GetString().ShouldBe("Ada");
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await after.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("name").GetString().ShouldBe("Ada L.");
    }

    [Fact]
    public async Task Tokens_that_are_not_quite_the_authoritys_are_refused()
    {
        await using var order = Order();
        await using var other = await OpenIdProvider.Start();
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
            using var answer = await order.Get("/api/orders", token);
            (await answer.Slug()).ShouldBe("unauthenticated", token);
        }
    }

    [Fact]
    public async Task A_key_that_the_authority_signs_with_anew_is_found()
    {
        await using var order = Order();
        (await order.Get("/api/orders", Token("ada-1", Named("customer")))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var old = Token("ada-1", Named("customer"));

        _provider.NewKey();

        await Expectations.Eventually(
            async () => (await order.Get("/api/orders", Token("ada-1", Named("customer")))).StatusCode == HttpStatusCode.OK,
            "a token by the new key is believed"
        );
        await Expectations.Eventually(
            async () => (await order.Get("/api/orders", old)).StatusCode == HttpStatusCode.Unauthorized,
            "a token by the key that was withdrawn is not"
        );
    }

    [Fact]
    public async Task An_authority_that_has_never_answered_is_503_and_no_verdict_on_the_token()
    {
        await using var order = Order();
        _provider.IsBroken = true;

        using var answer = await order.Get("/api/orders", Token("ada-1", Named("customer")));

        (await answer.Slug()).ShouldBe("unavailable");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await (await order.Get("/api/orders", token: null)).Slug()).ShouldBe("unauthenticated");
    }

    [Theory]
    [InlineData("/api/auth/register")]
    [InlineData("/api/auth/token")]
    public async Task The_order_service_says_where_the_accounts_are(string path)
    {
        await using var order = Order();

        using var answer = await order.Post(
            path,
            token: null,
            new
            {
                username = "customer",
                password = "test",
                name = "Ada",
            }
        );

        (await answer.Slug()).ShouldBe("not-found");
        (await answer.Content.ReadAsStringAsync()).ShouldContain(_provider.Address);
    }

    [Fact]
    public async Task The_gateway_says_where_the_accounts_are()
    {
        await using var order = await Replica.Named("order");
        using var gateway = Gateway(order);

        using var answer = await gateway.Client.PostAsJsonAsync("/api/auth/login", new { username = "customer", password = "test" });

        (await answer.Slug()).ShouldBe("not-found");
        (await answer.Content.ReadAsStringAsync()).ShouldContain(_provider.Address);
        order.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_browser_signs_in_at_the_authority_and_comes_back_to_where_it_was()
    {
        await using var order = await Echo();
        using var gateway = Gateway(order);
        using var browser = gateway.Visitor();
        _provider.User = (
            "ada-1",
            new()
            {
                ["name"] = "Ada",
                ["preferred_username"] = "ada",
                ["roles"] = new[] { "driver" },
            }
        );

        var asked = await browser.Get("/orders?page=2");
        var begun = await browser.Get(asked.Location!);
        begun.Location!.ShouldStartWith($"{_provider.Address}/authorize?");
        var back = await browser.Get(await Authorized(begun));

        asked.Location.ShouldBe("/signin?return=%2Forders%3Fpage%3D2");
        (back.Status, back.Location).ShouldBe((HttpStatusCode.SeeOther, "/orders?page=2"));
        back.Headers.GetValues("Set-Cookie").ShouldContain(cookie => cookie.StartsWith("mario_session="));
        var me = JsonSerializer.Deserialize<JsonElement>((await browser.Get("/api/auth/me")).Html);
        (me.GetProperty("id").GetString(), me.GetProperty("username").GetString()).ShouldBe(("ada-1", "ada"));
        var token = new JsonWebToken((await browser.Get("/api/orders")).Html["Bearer ".Length..]);
        (token.Issuer, token.Subject).ShouldBe(("marios-pizzeria", "ada-1"));
        token.GetPayloadValue<string[]>("roles").ShouldBe(["driver"]);
    }

    [Fact]
    public async Task A_browser_signs_out_here_and_at_the_authority()
    {
        await using var order = await Echo();
        using var gateway = Gateway(order);
        using var browser = gateway.Visitor();
        await SignIn(browser);
        await browser.Get("/");

        var left = await browser.Send("/signout");

        left.Location!.ShouldStartWith($"{_provider.Address}/end?");
        (await browser.Get("/api/auth/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Another_gateway_can_end_a_sign_in_that_one_began()
    {
        await using var order = await Echo();
        using var one = Gateway(order);
        using var two = Gateway(order, one);
        using var browser = one.Visitor();

        var begun = await browser.Get("/signin");
        var back = new Uri(await Authorized(begun));
        using var request = new HttpRequestMessage(HttpMethod.Get, back.PathAndQuery)
        {
            Headers = { { "Cookie", browser.Cookies }, { "Host", back.Authority } },
        };
        using var answer = await two.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Fact]
    public async Task An_answer_that_another_browser_asked_for_signs_nobody_in()
    {
        await using var order = await Echo();
        using var gateway = Gateway(order);
        using var attacker = gateway.Visitor();
        using var victim = gateway.Visitor();

        var stolen = await Authorized(await attacker.Get("/signin"));
        await victim.Get("/signin");
        var refused = await victim.Get(stolen);

        refused.Status.ShouldBe(HttpStatusCode.Forbidden);
        (await victim.Get("/api/auth/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_answer_is_good_once_and_only_with_the_nonce_that_was_asked_for()
    {
        await using var order = await Echo();
        using var gateway = Gateway(order);
        using var browser = gateway.Visitor();

        var first = await Authorized(await browser.Get("/signin"));
        (await browser.Get(first)).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await browser.Get(first)).Status.ShouldBe(HttpStatusCode.Forbidden);

        _provider.OtherNonce = "another";
        (await browser.Get(await Authorized(await browser.Get("/signin")))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await browser.Get("/signin/callback?error=access_denied&state=x")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_authority_that_is_down_is_told_with_a_page()
    {
        await using var order = await Echo();
        using var gateway = Gateway(order);
        using var browser = gateway.Visitor();
        var address = await Authorized(await browser.Get("/signin"));
        _provider.IsBroken = true;

        var back = await browser.Get(address);

        back.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        back.Html.ShouldContain("<html");
    }

    [Fact]
    public async Task Without_an_authority_there_is_no_way_back_from_one()
    {
        await using var order = await Echo();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        using var browser = gateway.Visitor();

        (await browser.Get("/signin/callback?code=1&state=2")).Status.ShouldBe(HttpStatusCode.NotFound);
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

        ConfigurationFaults.List(builder).ShouldContain(fault => fault.StartsWith(setting.Replace(":", "__", StringComparison.Ordinal)));
    }

    private static Dictionary<string, object> Named(params string[] roles) => new() { ["name"] = "Ada", ["roles"] = roles };

    private static Dictionary<string, object> Roles(string claim, params string[] roles) =>
        new() { [claim] = new Dictionary<string, object> { ["roles"] = roles } };

    private string Token(string subject, Dictionary<string, object> claims) => _provider.Issue(subject, Audience, claims);

    private OrderProcess Order(params (string, string)[] settings) =>
        new([("Oidc:Authority", _provider.Address), ("Oidc:Audience", Audience), .. settings]);

    private GatewayProcess Gateway(Replica order, GatewayProcess? sharing = null) =>
        GatewayProcess
            .Before("order", order.Address)
            .And("menu", order.Address)
            .With("Oidc:Authority", _provider.Address)
            .With("Oidc:ClientId", OpenIdProvider.ClientId)
            .With("Oidc:ClientSecret", OpenIdProvider.ClientSecret)
            .With(services =>
            {
                if (sharing is not null)
                {
                    services.AddSingleton(sharing.Services.GetRequiredService<ServiceDefaults.Caching.ICache>());
                }
            })
            .Started();

    private static Task<Replica> Echo() =>
        Replica.Start(context =>
            context.Request.Path == "/api/menu"
                ? Pizzeria.AnswerMenu(context)
                : context.Response.WriteAsync(context.Request.Headers.Authorization.ToString())
        );

    private static async Task SignIn(PageVisitor browser) =>
        (await browser.Get(await Authorized(await browser.Get("/signin")))).Status.ShouldBe(HttpStatusCode.SeeOther);

    /// <summary>Goes where the gateway sent the browser; says where the authority sends it.</summary>
    private static async Task<string> Authorized(Page begun)
    {
        begun.Status.ShouldBe(HttpStatusCode.SeeOther, begun.Html);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await http.GetAsync(begun.Location);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return answer.Headers.Location!.AbsoluteUri;
    }

    /// <summary>The Order service on a real server, on memory.</summary>
    private sealed class OrderProcess((string Name, string Value)[] settings) : IAsyncDisposable
    {
        private readonly Factory _factory = new(settings);

        public Task<HttpResponseMessage> Get(string path, string? token) => Send(HttpMethod.Get, path, token, body: null);

        public Task<HttpResponseMessage> Post(string path, string? token, object body) => Send(HttpMethod.Post, path, token, body);

        public Task<HttpResponseMessage> Put(string path, string? token, object body) => Send(HttpMethod.Put, path, token, body);

        public ValueTask DisposeAsync() => _factory.DisposeAsync();

        private Task<HttpResponseMessage> Send(HttpMethod method, string path, string? token, object? body)
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
