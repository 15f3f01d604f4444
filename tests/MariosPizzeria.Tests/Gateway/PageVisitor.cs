using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>A browser without scripts: keeps cookies, reads pages, fills in forms; follows no redirect by itself.</summary>
internal sealed partial class PageVisitor : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;

    public PageVisitor(GatewayProcess gateway)
    {
        FormHeaders["Origin"] = gateway.ClientOptions.BaseAddress.GetLeftPart(UriPartial.Authority);
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies })
        {
            BaseAddress = gateway.ClientOptions.BaseAddress,
            DefaultRequestHeaders = { { "Accept", "text/html" } },
            Timeout = TimeSpan.FromSeconds(20),
        };
    }

    /// <summary>The form token of the last page.</summary>
    public string Csrf { get; set; } = "";

    /// <summary>The headers that a browser sends with a form about the form's page; a page cannot change them.</summary>
    public Dictionary<string, string> FormHeaders { get; } = new(StringComparer.Ordinal);

    /// <summary>The cookies that the browser sends when it returns from an authority.</summary>
    public string Cookies => _cookies.GetCookieHeader(new Uri(_http.BaseAddress!, "/signin/callback"));

    /// <summary>Gets a page.</summary>
    public async Task<Page> GetAsync(string path, string? language = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (language is not null)
        {
            request.Headers.Add("Accept-Language", language);
        }

        return await ReadAsync(await _http.SendAsync(request));
    }

    /// <summary>Sends a form with the token of the page seen last.</summary>
    public async Task<Page> SendAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            fields.Append(("csrf", Csrf)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        foreach (var (name, value) in FormHeaders)
        {
            request.Headers.Add(name, value);
        }

        return await ReadAsync(await _http.SendAsync(request));
    }

    /// <summary>Sends a form that must be answered by a redirect, and gets the page that it leads to.</summary>
    public async Task<Page> SendAndFollowAsync(string path, params (string Name, string Value)[] fields)
    {
        var answer = await SendAsync(path, fields);
        answer.Status.ShouldBe(HttpStatusCode.SeeOther, answer.Html);
        return await GetAsync(answer.Location!);
    }

    /// <summary>Deletes the cookies and with them the session.</summary>
    public void ForgetSession()
    {
        foreach (Cookie cookie in _cookies.GetAllCookies())
        {
            cookie.Expired = true;
        }
    }

    /// <summary>Signs in with a password that the test's Order service accepts.</summary>
    public async Task SignInAsync(string username)
    {
        await GetAsync("/signin");
        (await SendAsync("/signin", ("username", username), ("password", "right"))).Status.ShouldBe(HttpStatusCode.SeeOther);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Page> ReadAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var page = new Page(answer.StatusCode, answer.Headers, await answer.Content.ReadAsStringAsync());
            if (Token().Match(page.Html) is { Success: true } token)
            {
                Csrf = token.Groups["token"].Value;
            }

            return page;
        }
    }

    [GeneratedRegex(
        "name=\"csrf\" (content|value)=\"(?<token>[^\"]+)\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Token();
}

/// <summary>A page as it was received.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The headers of the response.</param>
/// <param name="Source">The body as it was sent.</param>
internal sealed record Page(HttpStatusCode Status, System.Net.Http.Headers.HttpResponseHeaders Headers, string Source)
{
    /// <summary>The text with entities decoded.</summary>
    public string Html { get; } = WebUtility.HtmlDecode(Source);

    /// <summary>The value of a form's hidden field.</summary>
    public string Hidden(string name) =>
        WebUtility.HtmlDecode(
            Regex
                .Match(Source, $"name=\"{Regex.Escape(name)}\" value=\"([^\"]*)\"", RegexOptions.None, Timeout.InfiniteTimeSpan)
                .Groups[1]
                .Value
        );

    /// <summary>The target of the redirect, for 303.</summary>
    public string? Location => Headers.Location?.OriginalString;
}

/// <summary>The services behind a gateway in tests of pages: they know two pizzas, and every user with the password "right".</summary>
internal static class Pizzeria
{
    /// <summary>Starts a Menu service.</summary>
    public static Task<Replica> MenuAsync() => Replica.StartAsync(AnswerMenuAsync);

    /// <summary>Answers a request as the Menu service does.</summary>
    public static Task AnswerMenuAsync(HttpContext context) =>
        (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", "/api/menu") => JsonAsync(context, MenuJson),
            ("POST", "/api/menu/quote") => JsonAsync(context, QuoteJson),
            _ => NotFoundAsync(context),
        };

    /// <summary>Starts an Order service whose accounts have the role of their name, or "customer" if there is no such role.</summary>
    public static Task<Replica> OrderAsync(RequestDelegate? otherwise = null) =>
        Replica.StartAsync(async context =>
        {
            if (context.Request.Path != "/internal/auth/verify")
            {
                await (otherwise ?? NotFoundAsync)(context);
                return;
            }

            var asked = await context.Request.ReadFromJsonAsync<Dictionary<string, string>>();
            if (asked!["password"] != "right")
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            var role = asked["username"] is "chef" or "driver" or "manager" ? asked["username"] : "customer";
            await context.Response.WriteAsJsonAsync(
                new
                {
                    id = $"id-{asked["username"]}",
                    name = "Anna",
                    roles = new[] { role },
                }
            );
        });

    /// <summary>Answers with JSON.</summary>
    public static Task JsonAsync(HttpContext context, string json, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        return context.Response.WriteAsync(json);
    }

    /// <summary>Answers with 404.</summary>
    public static Task NotFoundAsync(HttpContext context) =>
        JsonAsync(
            context,
            """{"type":"/problems/not-found","title":"Not found","status":404,"detail":"There is none.","traceId":"0"}""",
            StatusCodes.Status404NotFound
        );

    private const string MenuJson = """
        {"pizzas":[
          {"id":"margherita","name":"Margherita","description":"The one.","basePrice":12.99,"toppings":[],
           "prices":{"small":12.99,"medium":16.89,"large":20.78},"available":true,"unavailableReason":null,"version":7},
          {"id":"pepperoni","name":"Pepperoni","description":"Spicy.","basePrice":14.99,"toppings":["pepperoni"],
           "prices":{"small":17.49,"medium":21.99,"large":26.48},"available":false,"unavailableReason":"The <i>oven</i> is cold","version":3}],
         "toppings":[{"name":"basil","price":2.50},{"name":"ham","price":2.50}],
         "sizes":[{"name":"small","multiplier":1.0},{"name":"medium","multiplier":1.3},{"name":"large","multiplier":1.6}],"currency":"USD"}
        """;

    private const string QuoteJson = """
        {"lines":[{"pizzaId":"margherita","name":"Margherita","size":"medium","toppings":[],"extraToppings":[],"quantity":2,
          "unitPrice":16.89,"lineTotal":33.78,"breakdown":{"basePrice":12.99,"multiplier":1.3,"sizedPrice":16.89,"toppings":0,
          "toppingPrice":2.50,"toppingsPrice":0.00,"unitPrice":16.89}}],
         "total":33.78,"currency":"USD","estimatedReadyMinutes":12}
        """;
}
