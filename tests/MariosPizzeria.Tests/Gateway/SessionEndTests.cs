using System.Net;
using System.Net.Http.Json;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.DependencyInjection;
using static MariosPizzeria.Tests.Gateway.SessionTests;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>When a session is over that nobody signed out of.</summary>
public sealed class SessionEndTests
{
    [Fact]
    public async Task A_session_ends_after_seven_days_however_much_it_is_used()
    {
        await using var order = await Order();
        var clock = new Clock();
        using var gateway = GatewayProcess
            .Before("order", order.Address)
            .With(services => services.AddSingleton<TimeProvider>(clock))
            .Started();
        var cookie = await SignedIn(gateway);

        for (var hours = 0; hours < 7 * 24 - 12; hours += 12)
        {
            clock.Advance(TimeSpan.FromHours(12));
            (await Send(gateway, HttpMethod.Get, "/api/auth/me", cookie)).StatusCode.ShouldBe(HttpStatusCode.OK, $"after {hours} hours");
        }

        clock.Advance(TimeSpan.FromHours(12));
        (await (await Send(gateway, HttpMethod.Get, "/api/auth/me", cookie)).Slug()).ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task A_session_that_is_not_used_for_a_day_ends()
    {
        await using var order = await Order();
        var clock = new Clock();
        using var gateway = GatewayProcess
            .Before("order", order.Address)
            .With(services => services.AddSingleton<TimeProvider>(clock))
            .Started();
        var cookie = await SignedIn(gateway);

        clock.Advance(TimeSpan.FromHours(25));

        (await (await Send(gateway, HttpMethod.Get, "/api/auth/me", cookie)).Slug()).ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task A_session_of_the_release_before_goes_on_and_ends_seven_days_later()
    {
        await using var order = await Order();
        var clock = new Clock();
        using var gateway = GatewayProcess
            .Before("order", order.Address)
            .With(services => services.AddSingleton<TimeProvider>(clock))
            .Started();
        var id = new string('A', 43);
        await gateway
            .Services.GetRequiredService<ICache>()
            .Set(
                $"session:{id}",
                $$$"""{"userId":"id-anna","username":"anna","name":"Anna","roles":["customer"],"csrfToken":"x","seenAt":"{{{clock.GetUtcNow():O}}}","cart":{"lines":[]}}""",
                TimeSpan.FromHours(24),
                CancellationToken.None
            );

        for (var hours = 12; hours < 7 * 24; hours += 12)
        {
            clock.Advance(TimeSpan.FromHours(12));
            (await Send(gateway, HttpMethod.Get, "/api/auth/me", $"mario_session={id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        clock.Advance(TimeSpan.FromHours(12));
        (await (await Send(gateway, HttpMethod.Get, "/api/auth/me", $"mario_session={id}")).Slug()).ShouldBe("unauthenticated");
    }

    [Theory]
    [InlineData(1)] // another version: roles, password, signed out everywhere
    [InlineData(-1)] // disabled or deleted
    public async Task A_session_ends_within_a_minute_of_its_accounts_access(long version)
    {
        await using var order = await Order();
        var clock = new Clock();
        using var gateway = GatewayProcess
            .Before("order", order.Address)
            .With(services => services.AddSingleton<TimeProvider>(clock))
            .Started();
        var cookie = await SignedIn(gateway);
        (await Send(gateway, HttpMethod.Get, "/api/orders", cookie)).StatusCode.ShouldBe(HttpStatusCode.OK);

        order.AccessVersion = version;
        clock.Advance(TimeSpan.FromMinutes(1));

        var api = await Send(gateway, HttpMethod.Get, "/api/auth/me", cookie);
        (await api.Slug()).ShouldBe("unauthenticated");
        api.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem().ShouldStartWith("mario_session=;");
        var proxied = await Send(gateway, HttpMethod.Get, "/api/orders", cookie);
        (await proxied.Content.ReadFromJsonAsync<Dictionary<string, string>>())!["authorization"].ShouldBeEmpty();
    }
}
