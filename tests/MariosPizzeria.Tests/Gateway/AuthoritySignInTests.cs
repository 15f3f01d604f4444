using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Accounts at an OpenID provider: how browsers sign in and out there.</summary>
public sealed class AuthoritySignInTests : IAsyncLifetime
{
    private OpenIdProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await OpenIdProvider.StartAsync();

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    [Fact]
    public async Task The_gateway_says_where_the_accounts_are()
    {
        await using var order = await Replica.NamedAsync("order");
        using var gateway = Gateway(order);

        using var answer = await gateway.Client.PostAsJsonAsync("/api/auth/login", new { username = "customer", password = "test" });

        (await answer.SlugAsync()).ShouldBe("not-found");
        (await answer.Content.ReadAsStringAsync()).ShouldContain(_provider.Address);
        order.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_browser_signs_in_at_the_authority_and_comes_back_to_where_it_was()
    {
        await using var order = await EchoAsync();
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

        var asked = await browser.GetAsync("/orders?page=2");
        var begun = await browser.GetAsync(asked.Location!);
        begun.Location!.ShouldStartWith($"{_provider.Address}/authorize?");
        var back = await browser.GetAsync(await AuthorizedAsync(begun));

        asked.Location.ShouldBe("/signin?return=%2Forders%3Fpage%3D2");
        (back.Status, back.Location).ShouldBe((HttpStatusCode.SeeOther, "/orders?page=2"));
        back.Headers.GetValues("Set-Cookie").ShouldContain(cookie => cookie.StartsWith("mario_session="));
        var me = JsonSerializer.Deserialize<JsonElement>((await browser.GetAsync("/api/auth/me")).Html);
        (me.GetProperty("id").GetString(), me.GetProperty("username").GetString()).ShouldBe(("ada-1", "ada"));
        var token = new JsonWebToken((await browser.GetAsync("/api/orders")).Html["Bearer ".Length..]);
        (token.Issuer, token.Subject).ShouldBe(("marios-pizzeria", "ada-1"));
        token.GetPayloadValue<string[]>("roles").ShouldBe(["driver"]);
    }

    [Fact]
    public async Task A_browser_signs_out_here_and_at_the_authority()
    {
        await using var order = await EchoAsync();
        using var gateway = Gateway(order);
        using var browser = gateway.Visitor();
        await SignInAsync(browser);
        await browser.GetAsync("/");

        var left = await browser.SendAsync("/signout");

        left.Location!.ShouldStartWith($"{_provider.Address}/end?");
        (await browser.GetAsync("/api/auth/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Another_gateway_can_end_a_sign_in_that_one_began()
    {
        await using var order = await EchoAsync();
        using var one = Gateway(order);
        using var two = Gateway(order, one);
        using var browser = one.Visitor();

        var begun = await browser.GetAsync("/signin");
        var back = new Uri(await AuthorizedAsync(begun));
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
        await using var order = await EchoAsync();
        using var gateway = Gateway(order);
        using var attacker = gateway.Visitor();
        using var victim = gateway.Visitor();

        var stolen = await AuthorizedAsync(await attacker.GetAsync("/signin"));
        await victim.GetAsync("/signin");
        var refused = await victim.GetAsync(stolen);

        refused.Status.ShouldBe(HttpStatusCode.Forbidden);
        (await victim.GetAsync("/api/auth/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_answer_is_good_once_and_only_with_the_nonce_that_was_asked_for()
    {
        await using var order = await EchoAsync();
        using var gateway = Gateway(order);
        using var browser = gateway.Visitor();

        var first = await AuthorizedAsync(await browser.GetAsync("/signin"));
        (await browser.GetAsync(first)).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await browser.GetAsync(first)).Status.ShouldBe(HttpStatusCode.Forbidden);

        _provider.OtherNonce = "another";
        (await browser.GetAsync(await AuthorizedAsync(await browser.GetAsync("/signin")))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await browser.GetAsync("/signin/callback?error=access_denied&state=x")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_authority_that_is_down_is_told_with_a_page()
    {
        await using var order = await EchoAsync();
        using var gateway = Gateway(order);
        using var browser = gateway.Visitor();
        var address = await AuthorizedAsync(await browser.GetAsync("/signin"));
        _provider.IsBroken = true;

        var back = await browser.GetAsync(address);

        back.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        back.Html.ShouldContain("<html");
    }

    [Fact]
    public async Task Without_an_authority_there_is_no_way_back_from_one()
    {
        await using var order = await EchoAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        using var browser = gateway.Visitor();

        (await browser.GetAsync("/signin/callback?code=1&state=2")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

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
                    services.AddSingleton(sharing.Services.GetRequiredService<BuildingBlocks.Caching.ICache>());
                }
            })
            .Started();

    private static Task<Replica> EchoAsync() =>
        Replica.StartAsync(context =>
            context.Request.Path == "/api/menu"
                ? Pizzeria.AnswerMenuAsync(context)
                : context.Response.WriteAsync(context.Request.Headers.Authorization.ToString())
        );

    private static async Task SignInAsync(PageVisitor browser) =>
        (await browser.GetAsync(await AuthorizedAsync(await browser.GetAsync("/signin")))).Status.ShouldBe(HttpStatusCode.SeeOther);

    /// <summary>Follows the gateway's redirect to the authority, and returns the address to which the authority redirects.</summary>
    private static async Task<string> AuthorizedAsync(Page begun)
    {
        begun.Status.ShouldBe(HttpStatusCode.SeeOther, begun.Html);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await http.GetAsync(begun.Location);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return answer.Headers.Location!.AbsoluteUri;
    }
}
