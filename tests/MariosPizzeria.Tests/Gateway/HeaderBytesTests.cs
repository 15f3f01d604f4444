using System.Text;
using MariosPizzeria.Tests.Foundation;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Headers with bytes outside ASCII, in requests to a service and in its responses.</summary>
public sealed class HeaderBytesTests
{
    private static readonly Encoding Bytes = Encoding.Latin1;

    private static readonly string[] Values = [Utf8("Café/1.0"), "Caf\u00e9", "\u0080\u00ff", Utf8("披萨"), Utf8("🍕"), "\u00c3\u0028"];

    private static readonly string[] Names =
    [
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Authorization",
        "Baggage",
        "Cache-Control",
        "Cookie",
        "Forwarded",
        "From",
        "Idempotency-Key",
        "If-Match",
        "If-None-Match",
        "Last-Event-ID",
        "Origin",
        "Priority",
        "Referer",
        "Sec-Ch-Ua",
        "Traceparent",
        "Tracestate",
        "Via",
        "X-Correlation-Id",
        "X-CSRF-Token",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Requested-With",
    ];

    [Fact]
    public async Task No_header_of_a_request_makes_a_service_look_dead()
    {
        await using var menu = await Replica.NamedAsync("menu");
        await using var order = await Replica.NamedAsync("order");
        using var gateway = GatewayProcess.Before("menu", menu.Address).And("order", order.Address).Started();

        foreach (var name in Names)
        {
            foreach (var value in Values)
            {
                foreach (var call in new[] { "GET /api/menu", "POST /api/menu/quote", "POST /api/orders", "POST /signin", "GET /signin" })
                {
                    var status = await StatusAsync(gateway, $"{call} HTTP/1.1", $"{name}: {value}");

                    status.ShouldBeLessThan(500, $"{call} with {name}: {value}");
                }
            }
        }
    }

    [Fact]
    public async Task What_a_request_says_arrives_byte_for_byte()
    {
        var received = "";
        await using var menu = await Replica.StartAsync(context =>
        {
            received = context.Request.Headers.UserAgent.ToString();
            return Task.CompletedTask;
        });
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();

        foreach (var value in Values)
        {
            (await StatusAsync(gateway, "GET /api/menu HTTP/1.1", $"User-Agent: {value}")).ShouldBe(200);
            received.ShouldBe(value);
        }
    }

    [Fact]
    public async Task What_a_service_answers_arrives_byte_for_byte()
    {
        var said = "";
        await using var menu = await Replica.StartAsync(context =>
        {
            context.Response.Headers["X-Cook"] = said;
            context.Response.Headers.ETag = $"\"{said}\"";
            return Task.CompletedTask;
        });
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();

        foreach (var value in Values)
        {
            said = value;
            var head = await AskAsync(gateway, "GET /api/menu/pizzas/1 HTTP/1.1");

            head.ShouldStartWith("HTTP/1.1 200 ");
            head.ShouldContain($"X-Cook: {value}\r\n");
            head.ShouldContain($"ETag: \"{value}\"\r\n");
        }
    }

    [Fact]
    public async Task An_idempotency_key_is_made_of_visible_ASCII()
    {
        await using var orders = new Ordering.OrderFactory();
        foreach (var key in new[] { "Café", "a b", "a\tb", "\u007f" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders")
            {
                Content = System.Net.Http.Json.JsonContent.Create(Ordering.OrderFactory.Request()),
            };
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key).ShouldBeTrue();

            var problem = await InProcess.Answers.ProblemAsync(orders.As("customer").SendAsync(request), 400, "validation");

            problem.GetProperty("errors").TryGetProperty("Idempotency-Key", out _).ShouldBeTrue();
        }
    }

    private static string Utf8(string text) => Bytes.GetString(Encoding.UTF8.GetBytes(text));

    private static async Task<int> StatusAsync(GatewayProcess gateway, string line, params string[] headers) =>
        int.Parse((await AskAsync(gateway, line, headers)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static Task<string> AskAsync(GatewayProcess gateway, string line, params string[] headers) =>
        Raw.SendAsync(gateway.ClientOptions.BaseAddress, line, [.. headers, "Content-Length: 0"]);
}
