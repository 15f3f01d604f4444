using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Which proxies are trusted to report where a request comes from.</summary>
public sealed class KnownProxyTests
{
    [Theory]
    [InlineData("127.0.0.0/8")]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.0/8, 127.0.0.1, ::1")]
    public async Task Behind_a_known_proxy_with_TLS_the_client_is_the_proxys_and_all_is_HTTPS(string known)
    {
        var from = "";
        await using var menu = await Replica.StartAsync(context =>
        {
            from = $"{context.Request.Headers["X-Forwarded-Proto"]} {context.Request.Headers["X-Forwarded-For"]}";
            return Task.CompletedTask;
        });
        using var gateway = GatewayProcess.Before("menu", menu.Address).With("KnownProxies", known).Started();

        using var answer = await gateway.Client.SendAsync(Forwarded("/api/menu"));

        from.ShouldBe("https 203.0.113.9");
        answer.Headers.Contains("Strict-Transport-Security").ShouldBeTrue();
    }

    [Theory]
    [InlineData("", "X-Forwarded-For", "203.0.113.9")]
    [InlineData("", "X-Forwarded-Proto", "https")]
    [InlineData("", "X-Forwarded-Host", "pizzeria.example")]
    [InlineData("", "Forwarded", "for=203.0.113.9;proto=https")]
    [InlineData("10.0.0.0/8", "X-Forwarded-For", "203.0.113.9")]
    public async Task Forwarded_headers_of_an_unknown_proxy_are_warned_of_once(string known, string header, string value)
    {
        using var warnings = new Warnings();
        await using var menu = await Replica.NamedAsync("menu");
        using var gateway = GatewayProcess
            .Before("menu", menu.Address)
            .With("KnownProxies", known)
            .With("LOG_LEVEL", "Warning")
            .With(services => services.AddSingleton<ILoggerProvider>(warnings))
            .Started();
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/menu");
            request.Headers.TryAddWithoutValidation(header, value).ShouldBeTrue();
            (await gateway.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        warnings
            .Lines.Where(line => line.Contains("KnownProxies", StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .ShouldContain("127.0.0.1");
    }

    [Fact]
    public async Task Nobody_is_warned_of_a_known_proxy_or_of_requests_that_come_straight()
    {
        using var warnings = new Warnings();
        await using var menu = await Replica.NamedAsync("menu");
        using var gateway = GatewayProcess
            .Before("menu", menu.Address)
            .With("KnownProxies", "127.0.0.1")
            .With("LOG_LEVEL", "Warning")
            .With(services => services.AddSingleton<ILoggerProvider>(warnings))
            .Started();

        await gateway.Client.SendAsync(Forwarded("/api/menu"));
        await gateway.Client.GetAsync("/api/menu");

        warnings.Lines.Where(line => line.Contains("KnownProxies", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static HttpRequestMessage Forwarded(string path) =>
        new(HttpMethod.Get, path) { Headers = { { "X-Forwarded-For", "203.0.113.9" }, { "X-Forwarded-Proto", "https" } } };

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
