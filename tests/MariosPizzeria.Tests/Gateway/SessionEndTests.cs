using System.Net;
using System.Net.Http.Json;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.DependencyInjection;
using static MariosPizzeria.Tests.Gateway.SessionTests;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>When a session ends without a sign-out.</summary>
public sealed class SessionEndTests
{
    [Fact]
    public async Task A_session_ends_after_seven_days_however_much_it_is_used()
    {
        await using var order = await OrderAsync();
        var clock = new Clock();
        using var gateway = Gateway(order, clock);
        var cookie = await SignedInAsync(gateway);

        for (var hours = 0; hours < 7 * 24 - 12; hours += 12)
        {
            clock.Advance(TimeSpan.FromHours(12));
            (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", cookie)).StatusCode.ShouldBe(
                HttpStatusCode.OK,
                $"after {hours} hours"
            );
        }

        clock.Advance(TimeSpan.FromHours(12));
        (await (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", cookie)).SlugAsync()).ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task A_session_that_is_not_used_for_a_day_ends()
    {
        await using var order = await OrderAsync();
        var clock = new Clock();
        using var gateway = Gateway(order, clock);
        var cookie = await SignedInAsync(gateway);

        clock.Advance(TimeSpan.FromHours(25));

        (await (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", cookie)).SlugAsync()).ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task A_session_of_the_release_before_goes_on_and_ends_seven_days_later()
    {
        await using var order = await OrderAsync();
        var clock = new Clock();
        using var gateway = Gateway(order, clock);
        var id = new string('A', 43);
        await gateway
            .Services.GetRequiredService<ICache>()
            .SetAsync(
                $"session:{id}",
                $$$"""{"userId":"id-anna","username":"anna","name":"Anna","roles":["customer"],"csrfToken":"x","seenAt":"{{{clock.GetUtcNow():O}}}","cart":{"lines":[]}}""",
                TimeSpan.FromHours(24),
                CancellationToken.None
            );

        for (var hours = 12; hours < 7 * 24; hours += 12)
        {
            clock.Advance(TimeSpan.FromHours(12));
            (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", $"mario_session={id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        clock.Advance(TimeSpan.FromHours(12));
        (await (await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", $"mario_session={id}")).SlugAsync()).ShouldBe("unauthenticated");
    }

    [Theory]
    [InlineData(1)] // another version: changed roles or password, or sign-out everywhere
    [InlineData(-1)] // the account is disabled or deleted
    public async Task A_session_ends_within_a_minute_of_its_accounts_access(long version)
    {
        await using var order = await OrderAsync();
        var clock = new Clock();
        using var gateway = Gateway(order, clock);
        var cookie = await SignedInAsync(gateway);
        (await SendAsync(gateway, HttpMethod.Get, "/api/orders", cookie)).StatusCode.ShouldBe(HttpStatusCode.OK);

        order.AccessVersion = version;
        clock.Advance(TimeSpan.FromMinutes(1));

        var api = await SendAsync(gateway, HttpMethod.Get, "/api/auth/me", cookie);
        (await api.SlugAsync()).ShouldBe("unauthenticated");
        api.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem().ShouldStartWith("mario_session=;");
        var proxied = await SendAsync(gateway, HttpMethod.Get, "/api/orders", cookie);
        (await proxied.Content.ReadFromJsonAsync<Dictionary<string, string>>())!["authorization"].ShouldBeEmpty();
    }

    private static GatewayProcess Gateway(Replica order, Clock clock) =>
        GatewayProcess.Before("order", order.Address).With(services => services.AddSingleton<TimeProvider>(clock)).Started();
}
