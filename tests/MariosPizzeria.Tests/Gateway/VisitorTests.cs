using System.Collections.Concurrent;
using System.Net;
using MariosPizzeria.BuildingBlocks.Caching;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Visitors who have not signed in: what the pizzeria stores for them, and how much of it.</summary>
public sealed class VisitorTests : IAsyncLifetime
{
    private Replica _menu = null!;
    private Replica _order = null!;

    public async Task InitializeAsync() => (_menu, _order) = (await Pizzeria.MenuAsync(), await Pizzeria.OrderAsync());

    public async Task DisposeAsync()
    {
        await _menu.DisposeAsync();
        await _order.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/cart")]
    [InlineData("GET", "/signin")]
    [InlineData("GET", "/signup")]
    [InlineData("GET", "/checkout")]
    [InlineData("GET", "/nowhere")]
    [InlineData("HEAD", "/")]
    [InlineData("POST", "/cart")]
    [InlineData("POST", "/signin")]
    [InlineData("POST", "/nowhere")]
    [InlineData("POST", "/api/nowhere")]
    [InlineData("POST", "/api/orders/nowhere/at/all")]
    [InlineData("PUT", "/cart")]
    [InlineData("DELETE", "/")]
    [InlineData("OPTIONS", "/cart")]
    public async Task Nothing_is_stored_for_who_has_put_nothing_in(string method, string path)
    {
        var stored = new Stored();
        using var gateway = Gateway(stored).Started();
        using var request = new HttpRequestMessage(new(method), path)
        {
            Headers =
            {
                { "Accept", "text/html" },
                { "Origin", gateway.ClientOptions.BaseAddress.GetLeftPart(UriPartial.Authority) },
                { "Idempotency-Key", Guid.NewGuid().ToString("N") },
            },
        };
        if (method == "POST")
        {
            request.Content = new FormUrlEncodedContent([KeyValuePair.Create("quantity", "1")]);
        }

        using var answer = await gateway.Client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBeLessThan(500);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        stored.Keys.Where(key => !key.StartsWith("ratelimit:", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_first_pizza_in_the_cart_makes_a_session_and_later_forms_need_its_token()
    {
        var stored = new Stored();
        using var gateway = Gateway(stored).Started();
        using var visitor = gateway.Visitor();
        await visitor.GetAsync("/");

        (await AddAsync(visitor)).Status.ShouldBe(HttpStatusCode.SeeOther);
        var page = await visitor.GetAsync("/");

        page.Html.ShouldContain("class=\"toast\"");
        stored.Keys.ShouldContain(key => key.StartsWith("session:", StringComparison.Ordinal));
        visitor.Csrf.ShouldNotBeEmpty();
        (await AddAsync(visitor)).Status.ShouldBe(HttpStatusCode.SeeOther);
        visitor.Csrf = new string('A', 43);
        (await visitor.SendAndFollowAsync("/", Margherita)).Html.ShouldContain("Cart, 4 pizzas");
        visitor.Csrf = new string('A', 43);
        visitor.FormHeaders.Clear();
        (await AddAsync(visitor)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_page_that_was_opened_before_the_first_pizza_works_after_it()
    {
        using var gateway = Gateway(new()).Started();
        using var visitor = gateway.Visitor();
        await visitor.GetAsync("/");
        await AddAsync(visitor);

        var second = await AddAsync(visitor);
        visitor.FormHeaders.Clear();
        var elsewhere = await AddAsync(visitor);

        (second.Status, elsewhere.Status).ShouldBe((HttpStatusCode.SeeOther, HttpStatusCode.Forbidden));
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(null, "null", false)]
    [InlineData(null, "http://evil.example", false)]
    [InlineData(null, "https://{host}", false)]
    [InlineData(null, "http://{host}.evil.example", false)]
    [InlineData("cross-site", "http://{host}", false)]
    [InlineData("same-site", null, false)]
    [InlineData("none", null, false)]
    [InlineData("same-origin", null, true)]
    [InlineData(null, "http://{host}", true)]
    public async Task A_form_without_a_session_is_taken_only_from_a_page_of_ours(string? site, string? origin, bool isTaken)
    {
        var stored = new Stored();
        using var gateway = Gateway(stored).Started();
        using var visitor = gateway.Visitor();
        visitor.FormHeaders.Clear();
        if (site is not null)
        {
            visitor.FormHeaders["Sec-Fetch-Site"] = site;
        }

        if (origin is not null)
        {
            visitor.FormHeaders["Origin"] = origin.Replace("{host}", gateway.ClientOptions.BaseAddress.Authority, StringComparison.Ordinal);
        }

        var added = await AddAsync(visitor);
        var signedIn = await visitor.SendAsync("/signin", ("username", "anna"), ("password", "right"));

        added.Status.ShouldBe(isTaken ? HttpStatusCode.SeeOther : HttpStatusCode.Forbidden);
        signedIn.Status.ShouldBe(isTaken ? HttpStatusCode.SeeOther : HttpStatusCode.Forbidden);
        stored.Keys.Any(key => key.StartsWith("session:", StringComparison.Ordinal)).ShouldBe(isTaken);
    }

    [Theory]
    [InlineData("RateLimits:VisitorsPerAddress")]
    [InlineData("RateLimits:Visitors")]
    public async Task Of_visitors_with_something_in_the_cart_there_are_no_more_than_the_bound(string setting)
    {
        var stored = new Stored();
        using var gateway = Gateway(stored).With(setting, "2").Started();
        var visitors = Enumerable.Range(0, 4).Select(_ => gateway.Visitor()).ToList();

        var answers = new List<HttpStatusCode>();
        foreach (var visitor in visitors)
        {
            answers.Add((await AddAsync(visitor)).Status);
        }

        answers.ShouldBe([
            HttpStatusCode.SeeOther,
            HttpStatusCode.SeeOther,
            HttpStatusCode.TooManyRequests,
            HttpStatusCode.TooManyRequests,
        ]);
        stored.Keys.Count(key => key.StartsWith("session:", StringComparison.Ordinal)).ShouldBe(2);

        // A user who signs in does not count as a visitor any more.
        await visitors[0].GetAsync("/");
        await visitors[0].SignInAsync("anna");
        (await AddAsync(visitors[2])).Status.ShouldBe(HttpStatusCode.SeeOther);
        visitors.ForEach(visitor => visitor.Dispose());
    }

    [Fact]
    public async Task A_notice_is_shown_once_to_a_visitor_without_a_session()
    {
        await using var order = await Pizzeria.OrderAsync(context => Pizzeria.JsonAsync(context, "{}"));
        var stored = new Stored();
        using var gateway = GatewayProcess.Before("menu", _menu.Address).And("order", order.Address).With(stored.Replace).Started();
        using var visitor = gateway.Visitor();

        (await visitor.SendAsync("/profile/email/confirm", ("token", "from.the.mail"))).Location.ShouldBe("/");

        (await visitor.GetAsync("/")).Html.ShouldContain("class=\"toast\"");
        (await visitor.GetAsync("/")).Html.ShouldNotContain("class=\"toast\"");
        stored.Keys.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_form_that_is_refused_makes_a_session_that_keeps_it()
    {
        var stored = new Stored();
        using var gateway = Gateway(stored).Started();
        using var visitor = gateway.Visitor();

        var refused = await visitor.SendAndFollowAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "1e1"));

        refused.Html.ShouldContain("name=\"quantity\" value=\"1e1\"");
        visitor.Csrf.ShouldNotBeEmpty();
        stored.Keys.Count(key => key.StartsWith("session:", StringComparison.Ordinal)).ShouldBe(1);
        (await AddAsync(visitor)).Status.ShouldBe(HttpStatusCode.SeeOther);
        stored.Keys.Count(key => key.StartsWith("session:", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("RateLimits:VisitorsPerAddress")]
    [InlineData("RateLimits:Visitors")]
    public async Task A_form_that_is_refused_when_no_more_visitors_may_have_a_session_is_answered_at_once(string setting)
    {
        var stored = new Stored();
        using var gateway = Gateway(stored).With(setting, "1").Started();
        using var first = gateway.Visitor();
        using var visitor = gateway.Visitor();
        await AddAsync(first);

        var refused = await visitor.SendAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "1e1"));
        var signedOut = await visitor.SendAsync("/profile", ("name", "Anna"));

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Html.ShouldContain("name=\"quantity\" value=\"1e1\"");
        signedOut.Location.ShouldBe("/signin?return=%2Fprofile");
        stored.Keys.Count(key => key.StartsWith("session:", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("http://evil.example", false)]
    [InlineData("http://{host}", true)]
    public async Task A_form_whose_session_is_over_is_kept_only_from_a_page_of_ours(string? origin, bool isKept)
    {
        var stored = new Stored();
        using var gateway = Gateway(stored).Started();
        using var visitor = gateway.Visitor();
        visitor.FormHeaders.Clear();
        if (origin is not null)
        {
            visitor.FormHeaders["Origin"] = origin.Replace("{host}", gateway.ClientOptions.BaseAddress.Authority, StringComparison.Ordinal);
        }

        var sent = await visitor.SendAsync("/profile", ("name", "Anna"));

        sent.Location.ShouldStartWith($"/signin?return=%2Fprofile{(isKept ? "%3Fdraft%3D" : "")}");
        stored.Keys.Any(key => key.StartsWith("session:", StringComparison.Ordinal)).ShouldBe(isKept);
    }

    private static readonly (string Name, string Value)[] Margherita = [("pizza", "margherita"), ("size", "medium"), ("quantity", "2")];

    private static Task<Page> AddAsync(PageVisitor visitor) => visitor.SendAsync("/", Margherita);

    private GatewayProcess Gateway(Stored stored) =>
        GatewayProcess.Before("menu", _menu.Address).And("order", _order.Address).With(stored.Replace);

    /// <summary>Records the keys that a gateway has in its cache.</summary>
    private sealed class Stored
    {
        private readonly ConcurrentDictionary<string, byte> _keys = new(StringComparer.Ordinal);

        public ICollection<string> Keys => _keys.Keys;

        public void Replace(IServiceCollection services) =>
            services.AddSingleton<ICache>(provider => new Recording(new MemoryCache(provider.GetRequiredService<TimeProvider>()), _keys));
    }

    private sealed class Recording(ICache cache, ConcurrentDictionary<string, byte> keys) : ICache
    {
        public Task<string?> GetAsync(string key, CancellationToken cancellationToken) => cache.GetAsync(key, cancellationToken);

        public Task SetAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
            cache.SetAsync(Noted(key), value, timeToLive, cancellationToken);

        public Task<bool> AddAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
            cache.AddAsync(Noted(key), value, timeToLive, cancellationToken);

        public Task<bool> ReplaceAsync(
            string key,
            string expected,
            string value,
            TimeSpan timeToLive,
            CancellationToken cancellationToken
        ) => cache.ReplaceAsync(key, expected, value, timeToLive, cancellationToken);

        public Task<bool> RemoveAsync(string key, string? expected, CancellationToken cancellationToken)
        {
            keys.TryRemove(key, out _);
            return cache.RemoveAsync(key, expected, cancellationToken);
        }

        public Task<IReadOnlyList<(long Count, TimeSpan TimeToLive)>> IncrementAsync(
            IReadOnlyList<string> keys,
            TimeSpan timeToLive,
            CancellationToken cancellationToken
        ) => cache.IncrementAsync([.. keys.Select(Noted)], timeToLive, cancellationToken);

        public Task<long> CountScoresAboveAsync(string key, long floor, TimeSpan timeToLive, CancellationToken cancellationToken) =>
            cache.CountScoresAboveAsync(Noted(key), floor, timeToLive, cancellationToken);

        public Task<bool> TryEnterAsync(string set, string member, int most, TimeSpan timeToLive, CancellationToken cancellationToken) =>
            cache.TryEnterAsync(Noted(set), member, most, timeToLive, cancellationToken);

        public Task LeaveAsync(string set, string member, CancellationToken cancellationToken) =>
            cache.LeaveAsync(set, member, cancellationToken);

        public Task PublishAsync(string channel, string message, CancellationToken cancellationToken) =>
            cache.PublishAsync(channel, message, cancellationToken);

        public Task SubscribeAsync(string pattern, Action<string, string> onMessage, CancellationToken cancellationToken) =>
            cache.SubscribeAsync(pattern, onMessage, cancellationToken);

        public bool IsSubscribed(string pattern) => cache.IsSubscribed(pattern);

        public Task PingAsync(CancellationToken cancellationToken) => cache.PingAsync(cancellationToken);

        private string Noted(string key)
        {
            keys.TryAdd(key, 0);
            return key;
        }
    }
}
