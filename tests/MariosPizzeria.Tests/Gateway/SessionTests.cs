using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.Tests.InProcess;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace MariosPizzeria.Tests.Gateway;

public sealed class SessionTests
{
    [Fact]
    public async Task Signing_in_makes_a_session_that_a_script_can_not_read()
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();

        var answer = await SignInAsync(gateway, "anna", "right");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var user = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("user");
        user.GetProperty("id").GetString().ShouldBe("id-anna");
        user.GetProperty("name").GetString().ShouldBe("Anna");
        user.GetProperty("roles").EnumerateArray().Select(role => role.GetString()).ShouldBe(["customer"]);
        var cookie = answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        cookie.ShouldStartWith("mario_session=");
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
        cookie.ShouldContain("max-age=86400", Case.Insensitive);
        cookie.ShouldNotContain("secure", Case.Insensitive, "this is plain HTTP");
    }

    [Fact]
    public async Task The_session_is_in_the_cache_under_its_id()
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();

        var cookie = await SignedInAsync(gateway);

        var stored = await gateway
            .Services.GetRequiredService<ICache>()
            .GetAsync($"session:{cookie.Split('=')[1]}", CancellationToken.None);
        stored.ShouldNotBeNull().ShouldContain("id-anna");
    }

    [Fact]
    public async Task A_wrong_password_is_401_and_no_session()
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();

        var answer = await SignInAsync(gateway, "anna", "wrong");

        (await answer.SlugAsync()).ShouldBe("unauthenticated");
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task A_sign_in_without_a_password_is_told_which_field_is_missing()
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();

        var answer = await gateway.Client.PostAsJsonAsync("/api/auth/login", new { username = "anna" });

        (await answer.SlugAsync()).ShouldBe("validation");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("\"password\"");
        order.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_the_order_service_nobody_can_sign_in_and_is_told_when_to_try_again()
    {
        using var gateway = GatewayProcess.Before("order", Replica.Nobody()).Started();

        var answer = await SignInAsync(gateway, "anna", "right");

        (await answer.SlugAsync()).ShouldBe("unavailable");
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_service_gets_a_token_in_place_of_the_cookie()
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        var cookie = await SignedInAsync(gateway);

        var answer = await SendAsync(gateway, HttpMethod.Get, "/api/orders", cookie);

        var received = await answer.Content.ReadFromJsonAsync<Dictionary<string, string>>();
        received!["cookie"].ShouldBeEmpty();
        received["authorization"].ShouldStartWith("Bearer ");
        var token = new JsonWebToken(received["authorization"]["Bearer ".Length..]);
        token.Subject.ShouldBe("id-anna");
        token.GetPayloadValue<string[]>("roles").ShouldBe(["customer"]);
        (token.ValidTo - DateTime.UtcNow).ShouldBeLessThan(TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task A_call_by_cookie_that_changes_something_needs_the_sessions_token()
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        var cookie = await SignedInAsync(gateway);
        var csrf = await CsrfTokenAsync(gateway, cookie);

        var without = await SendAsync(gateway, HttpMethod.Post, "/api/orders", cookie);
        var wrong = await SendAsync(gateway, HttpMethod.Post, "/api/orders", cookie, csrf: csrf[..^1]);
        var right = await SendAsync(gateway, HttpMethod.Post, "/api/orders", cookie, csrf: csrf);

        (await without.SlugAsync()).ShouldBe("forbidden");
        (await wrong.SlugAsync()).ShouldBe("forbidden");
        right.StatusCode.ShouldBe(HttpStatusCode.OK);
        order.Seen.Count(seen => seen == "POST /api/orders").ShouldBe(1);
    }

    [Fact]
    public async Task A_program_with_a_token_needs_no_other_proof_and_its_cookie_counts_for_nothing()
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        var cookie = await SignedInAsync(gateway);
        var token = gateway.TokenOf("bert");

        var answer = await SendAsync(gateway, HttpMethod.Post, "/api/orders", cookie, bearer: token);

        var received = await answer.Content.ReadFromJsonAsync<Dictionary<string, string>>();
        received!["authorization"].ShouldBe($"Bearer {token}");
    }

    [Fact]
    public async Task Who_is_signed_in_is_told_so_and_who_is_not_is_told_401()
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        var cookie = await SignedInAsync(gateway);

        var byCookie = await (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", cookie)).Content.ReadFromJsonAsync<JsonElement>();
        var byToken = await (
            await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", bearer: gateway.TokenOf("bert"))
        ).Content.ReadFromJsonAsync<JsonElement>();

        byCookie.GetProperty("id").GetString().ShouldBe("id-anna");
        byCookie.GetProperty("username").GetString().ShouldBe("anna");
        byCookie.GetProperty("name").GetString().ShouldBe("Anna");
        byCookie.GetProperty("csrfToken").GetString()!.Length.ShouldBeGreaterThan(40);
        byToken.GetProperty("id").GetString().ShouldBe("bert");
        foreach (var stranger in (string?[])[null, "mario_session=", $"mario_session={new string('A', 43)}", "mario_session=a b;c"])
        {
            (await (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", stranger)).SlugAsync()).ShouldBe("unauthenticated");
        }

        (await (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", bearer: "nonsense")).SlugAsync()).ShouldBe("unauthenticated");
    }

    [Theory]
    [InlineData("""["exp"]""")]
    [InlineData("""["http://example.com/UNDEFINED"]""")]
    [InlineData("[]")]
    [InlineData("\"exp\"")]
    [InlineData("null")]
    public async Task A_token_with_a_critical_header_is_refused(string critical)
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        var good = gateway.TokenOf("bert").Split('.');

        var signed = $"{Encode($$"""{"alg":"HS256","typ":"JWT","crit":{{critical}}}""")}.{good[1]}";
        var signingKey = Encoding.UTF8.GetBytes("a-secret-of-the-tests-that-is-long-enough");
        var token = $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(signingKey, Encoding.ASCII.GetBytes(signed)))}";

        (await (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", bearer: token)).SlugAsync()).ShouldBe("unauthenticated");

        static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_on_every_gateway()
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        var cookie = await SignedInAsync(gateway);
        var csrf = await CsrfTokenAsync(gateway, cookie);

        var forged = await SendAsync(gateway, HttpMethod.Post, "/api/auth/logout", cookie);
        var answer = await SendAsync(gateway, HttpMethod.Post, "/api/auth/logout", cookie, csrf: csrf);

        (await forged.SlugAsync()).ShouldBe("forbidden");
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem().ShouldStartWith("mario_session=;");
        (await (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", cookie)).SlugAsync()).ShouldBe("unauthenticated");
        var anonymous = await (await SendAsync(gateway, HttpMethod.Get, "/api/orders", cookie)).Content.ReadFromJsonAsync<
            Dictionary<string, string>
        >();
        anonymous!["authorization"].ShouldBeEmpty();
    }

    [Fact]
    public async Task Signing_out_without_a_session_is_fine()
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();

        var answer = await SendAsync(gateway, HttpMethod.Post, "/api/auth/logout");

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_session_id_that_was_planted_before_is_worth_nothing_after_sign_in()
    {
        await using var order = await OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        var planted = await SignedInAsync(gateway);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login")
        {
            Content = JsonContent.Create(new { username = "anna", password = "right" }),
            Headers = { { "Cookie", planted } },
        };
        var answer = await gateway.Client.SendAsync(request);

        var cookie = answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem().Split(';')[0];
        cookie.ShouldNotBe(planted);
        (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", cookie)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", planted)).SlugAsync()).ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task While_the_sessions_are_out_of_reach_a_visitor_still_sees_the_menu()
    {
        await using var order = await OrderAsync();
        await using var menu = await Replica.NamedAsync("menu");
        using var gateway = GatewayProcess
            .Before("order", order.Address)
            .And("menu", menu.Address)
            .With(services => services.AddSingleton<ICache, UnavailableCache>())
            .Started();
        var cookie = $"mario_session={new string('A', 43)}";

        var orders = await SendAsync(gateway, HttpMethod.Get, "/api/orders", cookie);
        var read = await SendAsync(gateway, HttpMethod.Get, "/api/menu", cookie);

        (await orders.SlugAsync()).ShouldBe("unavailable");
        read.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_that_the_gateway_makes_bears_the_version_of_the_sessions_sign_in()
    {
        await using var order = await OrderAsync(accessVersion: 3);
        order.AccessVersion = 3;
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        var cookie = await SignedInAsync(gateway);

        var answer = await SendAsync(gateway, HttpMethod.Get, "/api/orders", cookie);

        var received = await answer.Content.ReadFromJsonAsync<Dictionary<string, string>>();
        new JsonWebToken(received!["authorization"]["Bearer ".Length..]).GetPayloadValue<long>("access_version").ShouldBe(3);
    }

    /// <summary>Starts an Order service that knows Anna, and that answers every other request with its credentials.</summary>
    internal static Task<Replica> OrderAsync(long accessVersion = 0) =>
        Replica.StartAsync(async context =>
        {
            if (context.Request.Path == "/internal/auth/verify")
            {
                var who = await context.Request.ReadFromJsonAsync<Dictionary<string, string>>();
                if (
                    who!["password"] != "right"
                    || !context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal)
                )
                {
                    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                    return;
                }

                await context.Response.WriteAsJsonAsync(
                    new
                    {
                        id = $"id-{who["username"]}",
                        name = "Anna",
                        roles = (string[])["customer"],
                        accessVersion,
                    }
                );
                return;
            }

            await context.Response.WriteAsJsonAsync(
                new { authorization = context.Request.Headers.Authorization.ToString(), cookie = context.Request.Headers.Cookie.ToString() }
            );
        });

    internal static Task<HttpResponseMessage> SignInAsync(GatewayProcess gateway, string username, string password) =>
        gateway.Client.PostAsJsonAsync("/api/auth/login", new { username, password });

    internal static async Task<string> SignedInAsync(GatewayProcess gateway) =>
        (await SignInAsync(gateway, "anna", "right")).Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    private static async Task<string> CsrfTokenAsync(GatewayProcess gateway, string cookie) =>
        (await (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", cookie)).Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("csrfToken")
            .GetString()!;

    internal static Task<HttpResponseMessage> SendAsync(
        GatewayProcess gateway,
        HttpMethod method,
        string path,
        string? cookie = null,
        string? csrf = null,
        string? bearer = null
    )
    {
        var request = new HttpRequestMessage(method, path);
        if (cookie is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        }

        if (csrf is not null)
        {
            request.Headers.Add("X-CSRF-Token", csrf);
        }

        if (bearer is not null)
        {
            request.Headers.Authorization = new("Bearer", bearer);
        }

        return gateway.Client.SendAsync(request);
    }
}
