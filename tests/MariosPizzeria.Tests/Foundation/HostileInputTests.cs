using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Tests.InProcess;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>
/// The responses to a hostile client, through the gateway and from a service called directly: the contract's problem documents, and
/// never a stack trace, a 500 or the client's own input.
/// </summary>
public sealed class HostileInputTests(Pizzeria pizzeria) : IClassFixture<Pizzeria>
{
    private const string Marker = "xyzzy-hostile";

    /// <summary>The processes that are called: the gateway, and the service behind it.</summary>
    public static readonly TheoryData<string> MenuDoors = ["gateway", "menu"];

    public static readonly TheoryData<string> OrderDoors = ["gateway", "order"];

    /// <summary>Bodies that are not JSON, or that cannot be a meaningful request.</summary>
    public static readonly TheoryData<string, string, string> Bodies = AtBothDoors(
        ("", "validation"),
        ("{", "malformed-json"),
        ("{\"items\":[" + Marker + "]}", "malformed-json"),
        ("{\"items\":[]}trailing " + Marker, "malformed-json"),
        ("{'items':[]}", "malformed-json"),
        ("{\"items\":[],}", "malformed-json"),
        ("{\"items\":NaN}", "malformed-json"),
        ("{\"items\":[{\"quantity\":Infinity}]}", "malformed-json"),
        ("null", "validation"),
        ("[]", "validation"),
        ("42", "validation"),
        ("\"" + Marker + "\"", "validation"),
        ("{\"items\":null}", "validation"),
        ("{\"items\":{}}", "validation"),
        ("{\"items\":[{\"pizzaId\":7}]}", "validation"),
        ("{\"items\":[{\"pizzaId\":\"a\",\"size\":\"medium\",\"quantity\":1e400}]}", "validation"),
        ("{\"items\":[{\"pizzaId\":\"a\",\"size\":\"medium\",\"quantity\":99999999999999999999}]}", "validation"),
        ("{\"items\":[{\"pizzaId\":\"a\",\"size\":\"medium\",\"quantity\":\"1\"}]}", "validation"),
        ("{\"items\":[{\"pizzaId\":\"a\\u0000b\",\"size\":\"medium\",\"quantity\":1}]}", "validation"),
        ("{\"items\":" + new string('[', 5000) + new string(']', 5000) + "}", "validation"),
        ("{\"unheardOf\":" + new string('[', 5000) + new string(']', 5000) + "}", "malformed-json"),
        (string.Concat(Enumerable.Repeat("{\"unheardOf\":", 5000)) + "1" + new string('}', 5000), "malformed-json")
    );

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_can_not_be_read_is_400(string door, string body, string slug)
    {
        using var client = pizzeria.Client(door);

        await RefusedAsync(client.PostAsync("/api/menu/quote", Json(body)), 400, slug);
    }

    [Theory]
    [MemberData(nameof(MenuDoors))]
    public async Task Text_that_is_not_UTF8_is_400(string door)
    {
        using var client = pizzeria.Client(door);
        var content = new ByteArrayContent([.. "{\"items\":[{\"pizzaId\":\""u8, 0xC3, 0x28, 0xFF, .. "\"}]}"u8]);
        content.Headers.ContentType = new("application/json");

        await RefusedAsync(client.PostAsync("/api/menu/quote", content), 400, "malformed-json");
    }

    [Theory]
    [MemberData(nameof(MenuDoors))]
    public async Task A_body_of_another_media_type_is_415(string door)
    {
        using var client = pizzeria.Client(door);
        foreach (var type in new[] { "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data" })
        {
            await RefusedAsync(client.PostAsync("/api/menu/quote", Json("{\"items\":[]}", type)), 415, "unsupported-media-type");
        }
    }

    [Theory]
    [MemberData(nameof(MenuDoors))]
    public async Task A_body_of_ten_megabytes_is_413(string door)
    {
        using var client = pizzeria.Client(door);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/menu/quote")
        {
            Content = Json("{\"items\":[\"" + new string('x', 10 * 1024 * 1024) + "\"]}"),
        };
        request.Headers.ExpectContinue = true;

        await RefusedAsync(client.SendAsync(request), 413, "payload-too-large");
    }

    [Theory]
    [MemberData(nameof(MenuDoors))]
    public async Task A_method_that_an_address_does_not_know_is_405(string door)
    {
        using var client = pizzeria.Client(door);
        foreach (var method in new[] { "PATCH", "PUT", "DELETE", "TRACE", "FROBNICATE" })
        {
            await RefusedAsync(client.SendAsync(new(new HttpMethod(method), "/api/menu")), 405, "method-not-allowed");
        }

        await RefusedAsync(client.GetAsync("/api/menu/quote"), 405, "method-not-allowed");
    }

    [Theory]
    [MemberData(nameof(MenuDoors))]
    public async Task Too_long_a_head_is_400_in_words(string door)
    {
        using var client = pizzeria.Client(door);
        using var large = new HttpRequestMessage(HttpMethod.Get, "/api/menu");
        large.Headers.Add("X-Padding", new string('x', 100 * 1024));
        using var many = new HttpRequestMessage(HttpMethod.Get, "/api/menu");
        for (var i = 0; i < 200; i++)
        {
            many.Headers.Add($"X-Padding-{i}", "x");
        }

        await RefusedAsync(client.SendAsync(large), 400, "validation");
        await RefusedAsync(client.SendAsync(many), 400, "validation");
        await RefusedAsync(client.GetAsync("/api/menu?" + new string('x', 20 * 1024)), 400, "validation");
    }

    [Theory]
    [InlineData("/api/menu/pizzas/../../../etc/passwd")]
    [InlineData("/api/menu/pizzas/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/api/menu/pizzas/%2e%2e/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/api/menu/pizzas/..%5c..%5cetc%5cpasswd")]
    [InlineData("/api/menu/pizzas/%252e%252e%252fetc")]
    [InlineData("/api/menu/pizzas/%ff%fe")]
    [InlineData("/api/menu/pizzas/%c0%ae%c0%ae")]
    [InlineData("/api/menu/pizzas/margherita;id=1")]
    [InlineData("/api/menu/pizzas/' or 1=1 --")]
    [InlineData("/api/menu//pizzas/margherita")]
    [InlineData("/.env")]
    [InlineData("/appsettings.json")]
    [InlineData("/internal/auth/verify")]
    public async Task A_path_that_leads_nowhere_is_404(string path)
    {
        foreach (var door in new[] { "gateway", "menu" })
        {
            using var client = pizzeria.Client(door);
            var address = new Uri(
                client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path.Replace(" ", "%20", StringComparison.Ordinal),
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
            );

            await RefusedAsync(client.GetAsync(address), 404, "not-found");
        }
    }

    [Theory]
    [InlineData("pageSize=1000000")]
    [InlineData("pageSize=0")]
    [InlineData("pageSize=-1")]
    [InlineData("page=99999999999999999999")]
    [InlineData("page=1e3")]
    [InlineData("status=" + Marker + "'--")]
    [InlineData("from=yesterday")]
    [InlineData("to=9999-99-99")]
    public async Task A_query_out_of_bounds_is_400(string query)
    {
        foreach (var door in new[] { "gateway", "order" })
        {
            using var client = pizzeria.Client(door, "customer");

            using var answer = await client.GetAsync($"/api/orders?{query}");

            ((int)answer.StatusCode).ShouldBe(400);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("\"/problems/validation\"");
        }
    }

    [Theory]
    [MemberData(nameof(OrderDoors))]
    public async Task A_token_that_we_did_not_sign_or_that_has_had_its_time_is_401(string door)
    {
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Pizzeria.Secret));
        var foreign = new SymmetricSecurityKey(Encoding.UTF8.GetBytes("another-secret-that-is-long-enough-too"));
        var good = Token(key, SecurityAlgorithms.HmacSha256);
        var parts = good.Split('.');
        var none = Base64UrlEncoder.Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}");
        var forged = Base64UrlEncoder.Encode(
            "{\"sub\":\"manager-1\",\"roles\":[\"manager\"],\"iss\":\"marios-pizzeria\",\"aud\":\"marios-pizzeria\",\"exp\":9999999999}"
        );
        string[] tokens =
        [
            Token(foreign, SecurityAlgorithms.HmacSha256),
            Token(key, SecurityAlgorithms.HmacSha256, expires: DateTime.UtcNow.AddMinutes(-5)),
            Token(key, SecurityAlgorithms.HmacSha512),
            Token(key, SecurityAlgorithms.HmacSha256, issuer: "somebody"),
            Token(key, SecurityAlgorithms.HmacSha256, audience: "somebody"),
            $"{none}.{forged}.",
            $"{none}.{parts[1]}.{parts[2]}",
            $"{parts[0]}.{forged}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}",
            "..",
            Marker,
            new string('a', 10_000),
        ];
        using var client = pizzeria.Client(door);

        foreach (var token in tokens)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            await RefusedAsync(client.GetAsync("/api/orders"), 401, "unauthenticated");
        }

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", good);
        (await client.GetAsync("/api/orders")).StatusCode.ShouldBe(
            HttpStatusCode.OK,
            "the others were refused for what was wrong with them"
        );
    }

    [Theory]
    [MemberData(nameof(OrderDoors))]
    public async Task A_wrong_role_is_403_and_nobody_is_401(string door)
    {
        using var chef = pizzeria.Client(door, "chef");
        using var service = pizzeria.Client(door, Roles.Service);
        using var nobody = pizzeria.Client(door);

        await RefusedAsync(chef.PostAsync("/api/orders", Json("{}")), 403, "forbidden");
        await RefusedAsync(service.PostAsync("/api/orders", Json("{}")), 403, "forbidden");
        await RefusedAsync(nobody.PostAsync("/api/orders", Json("{}")), 401, "unauthenticated");
    }

    [Theory]
    [MemberData(nameof(MenuDoors))]
    public async Task What_is_no_HTTP_ends_with_400_and_the_connection(string door)
    {
        foreach (
            var head in new[] { "GARBAGE\r\n\r\n", "GET /api/menu HTTP/9.9\r\n\r\n", "GET /api/menu HTTP/1.1\r\nBad Header: x\r\n\r\n" }
        )
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, pizzeria.Addresses[door].Port);
            await using var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));

            using var reader = new StreamReader(stream);
            var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10));

            answer.ShouldMatch("^HTTP/1.1 (400|505) ");
        }
    }

    private static async Task RefusedAsync(Task<HttpResponseMessage> sending, int status, string slug)
    {
        var problem = await sending.ProblemAsync(status, slug);

        var text = problem.GetRawText();
        text.ShouldNotContain(Marker);
        text.ShouldNotContain("   at ");
        text.ShouldNotContain("Exception");
    }

    private static StringContent Json(string body, string type = "application/json") => new(body, Encoding.UTF8, type);

    private static TheoryData<string, string, string> AtBothDoors(params (string Body, string Slug)[] bodies)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (body, slug) in bodies)
        {
            data.Add("gateway", body, slug);
            data.Add("menu", body, slug);
        }

        return data;
    }

    private static string Token(
        SecurityKey key,
        string algorithm,
        string issuer = "marios-pizzeria",
        string audience = "marios-pizzeria",
        DateTime? expires = null
    )
    {
        var ends = expires ?? DateTime.UtcNow.AddMinutes(5);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = issuer,
                Audience = audience,
                NotBefore = ends.AddMinutes(-10),
                Expires = ends,
                SigningCredentials = new SigningCredentials(key, algorithm),
                Claims = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["sub"] = "customer-1",
                    ["roles"] = new[] { "customer" },
                },
            }
        );
    }
}
