using System.IO.Compression;
using System.Net;
using System.Text;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The content encodings and charsets in which a body is read, at the gateway and at a service called directly.</summary>
public sealed class RequestContentTests(Pizzeria pizzeria) : IClassFixture<Pizzeria>
{
    private const string Quote = """{"items":[{"pizzaId":"margherita","size":"medium","quantity":1}]}""";

    private static readonly string[] Doors = ["gateway", "menu"];

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/json; charset=utf8")]
    [InlineData("application/json; charset=UTF8")]
    [InlineData("application/json;charset=\"utf-8\"")]
    [InlineData("application/json;charset=\"Utf8\"")]
    [InlineData("application/json; charset='utf-8'")]
    [InlineData("application/json; charset=utf_8")]
    [InlineData("application/json; charset=\"\"")]
    [InlineData("application/json; charset=")]
    [InlineData("application/json; charset")]
    [InlineData("application/json;")]
    [InlineData("application/json; profile=x; charset=utf8")]
    [InlineData("application/json; CHARSET=utf8")]
    [InlineData("application/json; charset=us-ascii")]
    public async Task A_body_in_UTF8_is_read_however_that_is_spelled(string contentType)
    {
        foreach (var door in Doors)
        {
            using var client = pizzeria.Client(door);

            (await client.PostAsync("/api/menu/quote", Body(Quote, contentType)).JsonAsync())
                .GetProperty("total")
                .GetDecimal()
                .ShouldBe(16.89m);
        }
    }

    [Theory]
    [InlineData("application/json; charset=klingon")]
    [InlineData("application/json; charset=\"no such thing\"")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=utf-8; charset=klingon")]
    [InlineData("application/json; charset=utf-88")]
    public async Task A_body_in_another_charset_is_415(string contentType)
    {
        foreach (var door in Doors)
        {
            using var client = pizzeria.Client(door);

            await client.PostAsync("/api/menu/quote", Body(Quote, contentType)).ProblemAsync(415, "unsupported-media-type");
        }
    }

    [Theory]
    [InlineData("POST", "/api/auth/login")]
    [InlineData("POST", "/api/auth/token")]
    [InlineData("POST", "/api/auth/register")]
    [InlineData("PUT", "/api/profile")]
    [InlineData("POST", "/api/orders")]
    [InlineData("POST", "/api/menu/pizzas")]
    [InlineData("PUT", "/api/menu/pizzas/margherita")]
    [InlineData("PUT", "/api/menu/pizzas/margherita/availability")]
    [InlineData("PUT", "/api/menu/toppings/anchovies/availability")]
    [InlineData("PUT", "/api/kitchen/capacity")]
    [InlineData("PUT", "/api/kitchen/paused")]
    [InlineData("POST", "/api/orders/none/cancel")]
    [InlineData("POST", "/api/delivery/none/failed")]
    public async Task Every_endpoint_reads_utf8_and_refuses_what_nobody_knows(string method, string path)
    {
        using var manager = pizzeria.Client("gateway", "manager");

        using var read = await manager.SendAsync(new(new(method), path) { Content = Body("{}", "application/json; charset=utf8") });
        ((int)read.StatusCode).ShouldBeInRange(400, 404, await read.Content.ReadAsStringAsync());
        await manager
            .SendAsync(new(new(method), path) { Content = Body("{}", "application/json; charset=klingon") })
            .ProblemAsync(415, "unsupported-media-type");
    }

    [Fact]
    public async Task A_form_is_read_in_UTF8_alone_too()
    {
        using var client = pizzeria.Client("gateway");

        using var read = await client.PostAsync("/signin", Body("username=a", "application/x-www-form-urlencoded; charset=utf8"));
        ((int)read.StatusCode).ShouldNotBe(415);
        ((int)read.StatusCode).ShouldBeLessThan(500);
        await client
            .PostAsync("/signin", Body("username=a", "application/x-www-form-urlencoded; charset=klingon"))
            .ProblemAsync(415, "unsupported-media-type");
    }

    [Fact]
    public async Task A_media_type_without_a_body_is_nobodys_business()
    {
        using var client = pizzeria.Client("gateway");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/menu") { Content = new ByteArrayContent([]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=klingon");

        (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("identity, gzip")]
    [InlineData("zstd")]
    public async Task A_compressed_body_is_415_and_is_told_what_is_read(string coding)
    {
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Quote));
        }

        foreach (var door in Doors)
        {
            using var client = pizzeria.Client(door);
            var content = new ByteArrayContent(zipped.ToArray());
            content.Headers.ContentType = new("application/json");
            content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
            var answer = await client.PostAsync("/api/menu/quote", content);

            answer.Headers.GetValues("Accept-Encoding").ShouldBe(["identity"]);
            await Task.FromResult(answer).ProblemAsync(415, "unsupported-media-type");
        }
    }

    [Fact]
    public async Task A_body_that_says_that_it_is_not_compressed_is_read()
    {
        using var client = pizzeria.Client("gateway");
        var content = Body(Quote, "application/json");
        content.Headers.ContentEncoding.Add("identity");

        await client.PostAsync("/api/menu/quote", content).JsonAsync();
    }

    [Theory]
    [InlineData("""{"items":[],"items":[{"pizzaId":"margherita","size":"medium","quantity":1}]}""")]
    [InlineData("""{"items":[{"pizzaId":"margherita","size":"medium","quantity":1,"quantity":20}]}""")]
    [InlineData("""{"items":[{"pizzaId":"margherita","size":"medium","quantity":1,"Quantity":20}]}""")]
    [InlineData("""{"items":[{"pizzaId":"margherita","size":"medium","quantity":1,"quanti\u0074y":20}]}""")]
    public async Task A_property_that_comes_twice_is_400(string body)
    {
        foreach (var door in Doors)
        {
            using var client = pizzeria.Client(door);

            await client.PostAsync("/api/menu/quote", Body(body, "application/json")).ProblemAsync(400, "validation");
        }
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0xC3)]
    [InlineData(0x80)]
    public async Task A_property_whose_name_is_not_UTF8_is_400(byte wrong)
    {
        foreach (var door in Doors)
        {
            using var client = pizzeria.Client(door);
            byte[][] bodies =
            [
                [.. "{\""u8, wrong, .. "\":1}"u8],
                [.. "{\"items"u8, wrong, .. "\":[]}"u8],
                [.. "{\"items\":[{\"size"u8, wrong, .. "\":1}]}"u8],
                [.. Encoding.UTF8.GetBytes(Quote[..^1]), .. ",\""u8, wrong, .. "\":1}"u8],
                [.. Encoding.UTF8.GetBytes(Quote[..^1]), .. ",\"unheardOf\":{\""u8, wrong, .. "\":1}}"u8],
                [.. Encoding.UTF8.GetBytes(Quote), wrong],
            ];
            foreach (var body in bodies)
            {
                var content = new ByteArrayContent(body);
                content.Headers.ContentType = new("application/json");

                await client.PostAsync("/api/menu/quote", content).ProblemAsync(400, "malformed-json");
            }
        }
    }

    [Theory]
    [InlineData("""{"items":[{"pizzaId":"\ud83c","size":"medium","quantity":1}]}""")]
    [InlineData("""{"items":[{"pizzaId":"margherita","size":"medium","quantity":1,"\udf55":1}]}""")]
    [InlineData("""{"\ud83c":1}""")]
    public async Task Half_a_character_is_400(string body)
    {
        foreach (var door in Doors)
        {
            using var client = pizzeria.Client(door);

            (await client.PostAsync("/api/menu/quote", Body(body, "application/json"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }
    }

    private static ByteArrayContent Body(string text, string contentType)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType).ShouldBeTrue();
        return content;
    }
}
