using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.Contracts;
using MariosPizzeria.Tests.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The document of the whole API at the gateway, compared with the real responses of the endpoints.</summary>
public sealed class ApiDocsTests(Pizzeria pizzeria) : IClassFixture<Pizzeria>
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE"];

    [Fact]
    public async Task A_client_generator_reads_it_without_a_warning()
    {
        using var client = pizzeria.Client("gateway");
        using var text = new MemoryStream(await client.GetByteArrayAsync(ApiDocsRegistration.Path));

        var read = await OpenApiDocument.LoadAsync(text, "json");

        read.Diagnostic!.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        read.Document!.Paths.Count.ShouldBeGreaterThan(25);
        read.Document.Servers!.ShouldHaveSingleItem().Url.ShouldBe(pizzeria.Addresses["gateway"].AbsoluteUri.TrimEnd('/'));
        read.Document.Tags!.Select(tag => tag.Name)
            .ShouldBe(["auth", "delivery", "guest", "kitchen", "menu", "notifications", "orders", "profile", "reports", "shop", "track"]);
    }

    [Fact]
    public async Task What_is_sent_and_answered_is_described_to_the_last_field()
    {
        var document = await DocumentAsync();

        document.Undescribed.ShouldBeEmpty();
        document.Required("PlaceOrderRequest").ShouldBeEmpty("the endpoint says what is missing, by name");
        document.Required("OrderResponse").ShouldContain("notes", "an answer is always complete");
    }

    [Fact]
    public async Task Every_operation_says_what_it_is_what_it_takes_what_it_answers_and_what_it_refuses()
    {
        var document = await DocumentAsync();
        var operations = document.Operations.ToList();

        operations.Select(operation => operation.Operation.GetProperty("operationId").GetString()).ShouldBeUnique();
        foreach (var (method, path, operation) in operations)
        {
            var name = $"{method} {path}";
            Methods.ShouldContain(method);
            path.ShouldStartWith("/api/");
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty(name);
            var statuses = operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToList();
            statuses.Count(status => status[0] == '2').ShouldBe(1, name);
            statuses.ShouldContain("400", name);
            statuses.ShouldContain("503", name);
            var answer = operation.GetProperty("responses").EnumerateObject().Single(response => response.Name[0] == '2');
            answer.Value.TryGetProperty("content", out _).ShouldBe(answer.Name is not "204", name);
            if (operation.TryGetProperty("requestBody", out _))
            {
                statuses.ShouldContain("413", name);
                statuses.ShouldContain("415", name);
            }
        }
    }

    [Theory]
    [InlineData("\"status\":404", "\"status\":\"404\"")]
    [InlineData("\"status\":404", "\"status\":404,\"surprise\":1")]
    [InlineData("\"title\":", "\"tytle\":")]
    public async Task An_answer_that_is_otherwise_than_described_is_found_out(string good, string bad)
    {
        const string Problem =
            """{"type":"/problems/not-found","title":"Not found","status":404,"detail":"There is none.","traceId":"0"}""";
        var document = await DocumentAsync();

        Faults(Problem).ShouldBeEmpty();
        Faults(Problem.Replace(good, bad, StringComparison.Ordinal)).ShouldNotBeEmpty();

        IReadOnlyList<string> Faults(string body) => document.Faults("GET", "/api/menu/pizzas/{id}", 404, "application/problem+json", body);
    }

    [Fact]
    public async Task No_schema_asks_for_what_no_reader_can_check()
    {
        using var client = pizzeria.Client("gateway");
        var faults = new List<string>();

        Look(JsonSerializer.Deserialize<JsonElement>(await client.GetByteArrayAsync(ApiDocsRegistration.Path)), "$");

        faults.ShouldBeEmpty();

        // multipleOf 0.01 fails with binary fractions: 12.99 is not a multiple. In OpenAPI 3.0 nullable has no effect without a type.
        void Look(JsonElement node, string where)
        {
            if (node.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in node.EnumerateArray())
                {
                    Look(item, $"{where}[]");
                }
            }
            else if (node.ValueKind == JsonValueKind.Object)
            {
                if (node.TryGetProperty("multipleOf", out var multiple) && multiple.ValueKind == JsonValueKind.Number)
                {
                    faults.Add($"{where} has multipleOf");
                }

                if (
                    (node.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True)
                    && !node.TryGetProperty("type", out _)
                )
                {
                    faults.Add($"{where} is nullable without a type");
                }

                foreach (var member in node.EnumerateObject())
                {
                    Look(member.Value, $"{where}.{member.Name}");
                }
            }
        }
    }

    [Theory]
    [InlineData("menu")]
    [InlineData("order")]
    [InlineData("kitchen")]
    public async Task A_schema_means_the_same_in_a_services_document_as_in_the_whole(string service)
    {
        using var client = pizzeria.Client(service);
        var own = await ApiDocument.ReadAsync(await client.GetByteArrayAsync(ApiDocsRegistration.Path));
        var whole = await DocumentAsync();

        own.Schemas.ShouldNotBeEmpty();
        foreach (var (name, schema) in own.Schemas)
        {
            Meaning(whole.Schemas[name]).ShouldBe(Meaning(schema), name);
        }

        // Ignores the description: the framework adds that of an enum only where it first encounters the enum as not nullable.
        static string Meaning(JsonElement schema)
        {
            var node = JsonObject.Create(schema)!;
            node.Remove("description");
            return node.ToJsonString();
        }
    }

    [Fact]
    public async Task Who_needs_a_token_may_bring_it_or_a_session_with_its_proof()
    {
        var document = await DocumentAsync();

        document.SecuritySchemes.ShouldBe(["bearer", "session", "csrf"], ignoreOrder: true);
        SecurityOf("POST", "/api/orders").ShouldBe(["bearer", "csrf+session"]);
        SecurityOf("GET", "/api/orders").ShouldBe(["bearer", "session"]);
        SecurityOf("GET", "/api/auth/me").ShouldBe(["bearer", "session"]);
        SecurityOf("GET", "/api/menu").ShouldBeEmpty();
        SecurityOf("POST", "/api/auth/token").ShouldBeEmpty();

        IEnumerable<string> SecurityOf(string method, string path) =>
            document
                .Operations.Single(operation => operation.Method == method && operation.Path == path)
                .Operation.TryGetProperty("security", out var security)
                ? security
                    .EnumerateArray()
                    .Select(one => string.Join('+', one.EnumerateObject().Select(scheme => scheme.Name).Order(StringComparer.Ordinal)))
                    .Order(StringComparer.Ordinal)
                : [];
    }

    [Fact]
    public async Task Every_endpoint_answers_as_it_is_described()
    {
        var document = await DocumentAsync();
        using var anonymous = pizzeria.Client("gateway");
        using var customer = pizzeria.Client("gateway", "customer");
        using var manager = pizzeria.Client("gateway", "manager");
        var faults = new List<string>();
        var user = "user" + Guid.NewGuid().ToString("N")[..8];
        var account = new
        {
            username = user,
            password = "correct horse",
            name = "Ada",
        };

        await Call(anonymous, "POST", "/api/auth/register", account);
        await Call(anonymous, "POST", "/api/auth/register", account);
        await Call(anonymous, "POST", "/api/auth/register", new { });
        await Call(anonymous, "POST", "/api/auth/token", account);
        await Call(anonymous, "POST", "/api/auth/token", new { username = user, password = "wrong" });
        await Call(anonymous, "POST", "/api/auth/login", account);
        await Call(anonymous, "POST", "/api/auth/login", new { username = user, password = "wrong" });
        await Call(anonymous, "POST", "/api/auth/logout");
        await Call(anonymous, "GET", "/api/auth/me");
        await Call(customer, "GET", "/api/auth/me");
        await Call(customer, "GET", "/api/profile");
        await Call(anonymous, "GET", "/api/profile");
        await Call(customer, "PUT", "/api/profile", new { name = "" });

        await Call(anonymous, "GET", "/api/menu");
        await Call(anonymous, "GET", "/api/menu/pizzas/{id}", id: "margherita");
        await Call(anonymous, "GET", "/api/menu/pizzas/{id}", id: "nothing");
        await Call(anonymous, "POST", "/api/menu/quote", new { items = new[] { Item("margherita") } });
        await Call(anonymous, "POST", "/api/menu/quote", new { items = new[] { Item("nothing") } });
        await Call(anonymous, "POST", "/api/menu/quote", new { items = Array.Empty<object>() });
        var stagioni = new { name = "Stagioni " + user, basePrice = 17.49m };
        var added = await Call(manager, "POST", "/api/menu/pizzas", stagioni);
        var id = added.GetProperty("id").GetString()!;
        await Call(manager, "POST", "/api/menu/pizzas", stagioni);
        await Call(customer, "POST", "/api/menu/pizzas", stagioni);
        await Call(manager, "PUT", "/api/menu/pizzas/{id}", stagioni, id);
        await Call(manager, "PUT", "/api/menu/pizzas/{id}/availability", new { available = false, reason = "out" }, id);
        await Call(anonymous, "POST", "/api/menu/quote", new { items = new[] { Item(id) } });
        await Call(manager, "DELETE", "/api/menu/pizzas/{id}", id: id);
        await Call(manager, "DELETE", "/api/menu/pizzas/{id}", id: id);

        var order = await Call(customer, "POST", "/api/orders", Ordering.OrderFactory.Request("credit_card", notes: "ring twice"));
        var orderId = order.GetProperty("id").GetString()!;
        await Call(customer, "POST", "/api/orders", new { });
        await Call(customer, "GET", "/api/orders");
        await Call(customer, "GET", "/api/orders/{id}", id: orderId);
        await Call(customer, "GET", "/api/orders/{id}", id: "nothing");
        await Call(customer, "GET", "/api/orders/{id}/timeline", id: orderId);
        await Call(manager, "POST", "/api/delivery/{orderId}/take", id: orderId);
        await Call(manager, "POST", "/api/delivery/{orderId}/delivered", id: "nothing");
        await Call(customer, "POST", "/api/orders/{id}/cancel", new { reason = "changed my mind" }, orderId);
        await Call(manager, "GET", "/api/delivery/ready");
        await Call(manager, "GET", "/api/delivery/tour");
        await Call(customer, "GET", "/api/delivery/tour");

        await Call(manager, "GET", "/api/kitchen/status");
        await Call(manager, "GET", "/api/kitchen/tickets");
        await Call(manager, "POST", "/api/kitchen/tickets/{orderId}/start", id: "nothing");
        await Call(manager, "POST", "/api/kitchen/tickets/{orderId}/ready", id: "nothing");
        await Call(manager, "PUT", "/api/kitchen/capacity", new { capacity = 5 });
        await Call(manager, "PUT", "/api/kitchen/paused", new { paused = false });
        await Call(manager, "PUT", "/api/kitchen/capacity", new { capacity = -5 });

        await Call(customer, "GET", "/api/notifications");
        await Call(customer, "POST", "/api/notifications/{id}/read", id: "nothing");
        await Call(customer, "POST", "/api/notifications/{id}/dismiss", id: "nothing");
        foreach (var report in new[] { "overview", "timeseries", "pizzas", "staff", "customers", "daily", "takings", "late", "hours" })
        {
            await Call(manager, "GET", $"/api/reports/{report}");
            await Call(customer, "GET", $"/api/reports/{report}");
        }

        faults.ShouldBeEmpty();

        async Task<JsonElement> Call(HttpClient client, string method, string path, object? body = null, string id = "")
        {
            var address = path.Replace("{id}", id, StringComparison.Ordinal).Replace("{orderId}", id, StringComparison.Ordinal);
            using var request = new HttpRequestMessage(new HttpMethod(method), address)
            {
                Content = body is null ? null : JsonContent.Create(body, options: PizzeriaJson.Options),
            };
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            faults.AddRange(document.Faults(method, path, (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, text));
            return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
        }

        static object Item(string pizzaId) =>
            new
            {
                pizzaId,
                size = "medium",
                quantity = 1,
            };
    }

    [Fact]
    public async Task A_page_to_try_it_is_there_with_its_scripts()
    {
        using var client = pizzeria.Client("gateway");

        using var page = await client.GetAsync("/docs/index.html");
        var html = await page.Content.ReadAsStringAsync();

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("script-src 'self';");
        foreach (var file in new[] { "swagger-ui-bundle.js", "swagger-ui.css", "index.js" })
        {
            html.ShouldContain(file);
            (await client.GetAsync($"/docs/{file}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Outside_Development_there_is_neither()
    {
        await using var gateway = ServiceProcess.Start(
            "Gateway",
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Staging",
                ["JWT_SECRET_KEY"] = Pizzeria.Secret,
                ["ConnectionStrings__redis"] = "127.0.0.1:9",
                ["services__menu__http__0"] = pizzeria.Addresses["menu"].AbsoluteUri,
                ["services__order__http__0"] = pizzeria.Addresses["order"].AbsoluteUri,
                ["services__kitchen__http__0"] = pizzeria.Addresses["kitchen"].AbsoluteUri,
            }
        );
        using var client = await gateway.AnsweringAsync();

        (await client.GetAsync(ApiDocsRegistration.Path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync("/docs/index.html")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("{\"openapi\":")]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task A_service_that_answers_with_no_document_counts_as_one_that_does_not_answer(string answer)
    {
        var menu = await Replica.StartAsync(context => context.Response.WriteAsync(answer));
        await using var gateway = GatewayProcess.Before("menu", menu).Started();

        var response = await gateway.Client.GetAsync(ApiDocsRegistration.Path);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.SlugAsync()).ShouldBe("unavailable");
    }

    private async Task<ApiDocument> DocumentAsync()
    {
        using var client = pizzeria.Client("gateway");
        return await ApiDocument.ReadAsync(await client.GetByteArrayAsync(ApiDocsRegistration.Path));
    }
}
