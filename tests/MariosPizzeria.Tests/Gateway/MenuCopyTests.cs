using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.Tests.Foundation;
using MariosPizzeria.Tests.InProcess;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace MariosPizzeria.Tests.Gateway;

public sealed class MenuCopyTests : IAsyncLifetime, IDisposable
{
    private readonly StoppedClock _clock = new();
    private readonly MemoryCache _cache;
    private readonly MenuResponseCache _copy;
    private readonly MenuCacheMiddleware _gateway;
    private string _menu = "one";
    private int _forwarded;
    private Action _meanwhile = () => { };

    public MenuCopyTests()
    {
        _cache = new(_clock);
        _copy = new(_cache, _clock, NullLogger<MenuResponseCache>.Instance);
        _gateway = new(ForwardAsync, _copy);
    }

    public Task InitializeAsync() => _copy.StartAsync(default);

    public Task DisposeAsync() => _copy.StopAsync(default);

    public void Dispose() => _copy.Dispose();

    [Fact]
    public async Task The_menu_is_asked_for_once_in_a_quarter_of_a_second()
    {
        (await GetAsync()).ShouldBe((200, "one"));
        (await GetAsync()).ShouldBe((200, "one"));
        _forwarded.ShouldBe(1);

        _menu = "two";
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        (await GetAsync()).ShouldBe((200, "two"));
        _forwarded.ShouldBe(2);
    }

    [Fact]
    public async Task A_client_that_holds_the_same_is_told_so()
    {
        await GetAsync();

        (await GetAsync(held: "\"one\"")).ShouldBe((304, ""));
        (await GetAsync(held: "\"older\", W/\"one\"")).ShouldBe((304, ""));
        (await GetAsync(held: "*")).ShouldBe((304, ""));
        (await GetAsync(held: "\"older\"")).ShouldBe((200, "one"));
        _forwarded.ShouldBe(1);
    }

    [Fact]
    public async Task A_copy_that_still_holds_is_kept_on_also_where_the_answer_was_304()
    {
        await GetAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(250));

        (await GetAsync(held: "\"one\"")).ShouldBe((304, ""));
        (await GetAsync()).ShouldBe((200, "one"));
        _forwarded.ShouldBe(2);
    }

    [Theory]
    [InlineData("POST", "/api/menu/pizzas")]
    [InlineData("PUT", "/api/menu/pizzas/margherita/availability")]
    [InlineData("PUT", "/api/menu/toppings/ham/availability")]
    [InlineData("DELETE", "/API/menu/pizzas/margherita")]
    public async Task A_change_that_passes_this_gateway_is_seen_by_the_next_who_asks(string method, string path)
    {
        await GetAsync();
        _menu = "two";

        await SendAsync(method, path);

        (await GetAsync()).ShouldBe((200, "two"));
    }

    [Theory]
    [InlineData("pizza:margherita")]
    [InlineData("topping:ham")]
    public async Task A_change_that_a_menu_replica_announces_is_seen_by_the_next_who_asks(string channel)
    {
        // Waits until it has subscribed.
        await Expectations.EventuallyAsync(
            async () =>
            {
                await GetAsync();
                await _cache.PublishAsync(channel, "2", default);
                return _copy.Current is null;
            },
            "the announcement is heard"
        );
        await GetAsync();
        _copy.Current.ShouldNotBeNull();
        _menu = "two";

        await _cache.PublishAsync(channel, "3", default);

        (await GetAsync()).ShouldBe((200, "two"));
    }

    [Fact]
    public async Task An_answer_that_was_asked_for_before_a_change_is_not_kept()
    {
        _meanwhile = _copy.Invalidate;
        (await GetAsync()).ShouldBe((200, "one"));

        (_meanwhile, _menu) = (() => { }, "two");
        (await GetAsync()).ShouldBe((200, "two"));
    }

    [Fact]
    public async Task Nothing_else_is_answered_from_the_copy()
    {
        await GetAsync();

        await SendAsync("HEAD", MenuResponseCache.Path);
        await SendAsync("GET", MenuResponseCache.Path, "?size=large");
        await SendAsync("GET", "/api/menu/pizzas/margherita");

        _forwarded.ShouldBe(4);
    }

    [Fact]
    public async Task Nothing_is_kept_while_announcements_would_not_arrive()
    {
        var cacheWithoutRedis = new MenuResponseCache(new UnavailableCache(), _clock, NullLogger<MenuResponseCache>.Instance);
        var gateway = new MenuCacheMiddleware(ForwardAsync, cacheWithoutRedis);

        await gateway.InvokeAsync(Request("GET", MenuResponseCache.Path));
        await gateway.InvokeAsync(Request("GET", MenuResponseCache.Path));

        _forwarded.ShouldBe(2);
    }

    [Fact]
    public async Task Requests_through_the_gateway_are_answered_alike_from_the_copy_and_from_the_service()
    {
        await using var menu = await Replica.StartAsync(context =>
        {
            context.Response.Headers.ETag = "\"7\"";
            context.Response.Headers.CacheControl = "no-cache";
            context.Response.ContentType = "application/json; charset=utf-8";
            return context.Response.WriteAsync("{}");
        });
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        HttpResponseMessage first = null!;
        HttpResponseMessage second = null!;
        await Expectations.EventuallyAsync(
            async () =>
            {
                var before = menu.Seen.Count;
                first = await gateway.Client.GetAsync(MenuResponseCache.Path);
                second = await gateway.Client.GetAsync(MenuResponseCache.Path);
                return menu.Seen.Count == before + 1;
            },
            "the second is answered from the copy"
        );

        (await second.Content.ReadAsStringAsync()).ShouldBe("{}");
        Headers(second).ShouldBe(Headers(first));

        static List<string> Headers(HttpResponseMessage answer) =>
            [
                .. answer
                    .Headers.Concat(answer.Content.Headers)
                    .Where(header => header.Key is not ("Date" or "Server" or "Transfer-Encoding" or "Content-Length"))
                    .Where(header => !header.Key.StartsWith("X-Correlation", StringComparison.OrdinalIgnoreCase))
                    .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
                    .Order(StringComparer.Ordinal),
            ];
    }

    private Task<(int Status, string Body)> GetAsync(string? held = null) => SendAsync("GET", MenuResponseCache.Path, query: "", held);

    private async Task<(int Status, string Body)> SendAsync(string method, string path, string query = "", string? held = null)
    {
        var context = Request(method, path, query, held);
        await _gateway.InvokeAsync(context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray()));
    }

    private static DefaultHttpContext Request(string method, string path, string query = "", string? held = null)
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        (context.Request.Method, context.Request.Path, context.Request.QueryString) = (method, path, new(query));
        context.Request.Headers.IfNoneMatch = held;
        return context;
    }

    // Answers as Menu does and as the proxy forwards it.
    private async Task ForwardAsync(HttpContext context)
    {
        _forwarded++;
        var isHeld = context.Request.Headers.IfNoneMatch.ToString().Contains($"\"{_menu}\"", StringComparison.Ordinal);
        using var answer = new HttpResponseMessage(isHeld ? HttpStatusCode.NotModified : HttpStatusCode.OK)
        {
            Headers = { ETag = new EntityTagHeaderValue($"\"{_menu}\"") },
            Content = new StringContent(isHeld ? "" : _menu),
        };
        _meanwhile();
        if (context.Features.Get<MenuResponseCache.MenuRequest>() is { } request)
        {
            await request.KeepAsync(answer, default);
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        await context.Response.WriteAsync(await answer.Content.ReadAsStringAsync());
    }
}
