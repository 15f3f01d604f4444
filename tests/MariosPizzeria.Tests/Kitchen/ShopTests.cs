using System.Net;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class ShopTests : IAsyncDisposable
{
    private readonly KitchenFactory _kitchen = new();

    public ValueTask DisposeAsync() => _kitchen.DisposeAsync();

    [Fact]
    public async Task Without_configuration_the_shop_is_always_open()
    {
        var shop = await _kitchen.Anonymous().ReadAsync("/api/shop").JsonAsync();

        shop.GetProperty("open").GetBoolean().ShouldBeTrue();
        shop.GetProperty("acceptingOrders").GetBoolean().ShouldBeTrue();
        shop.GetProperty("timeZone").GetString().ShouldBe("UTC");
        shop.GetProperty("deliveryFee").GetDecimal().ShouldBe(0);
        shop.GetProperty("deliveryArea").GetArrayLength().ShouldBe(0);
        shop.GetProperty("currency").GetString().ShouldBe("USD");
        shop.GetProperty("hours").GetArrayLength().ShouldBe(7);
        shop.GetProperty("minutes").GetProperty("pickup").GetInt32().ShouldBeInRange(1, 120);
        (shop.GetProperty("opensAt").ValueKind, shop.GetProperty("closesAt").ValueKind).ShouldBe(
            (System.Text.Json.JsonValueKind.Null, System.Text.Json.JsonValueKind.Null)
        );
    }

    [Fact]
    public async Task The_configured_hours_hold_until_a_manager_sets_others_and_the_other_services_are_told_of_both()
    {
        await using var configured = _kitchen.WithWebHostBuilder(builder =>
            builder.UseSetting("Shop:Hours", "mon-fri 11:00-23:00").UseSetting("Shop:TimeZone", "Europe/Rome")
        );
        using var guest = configured.CreateClient();

        var shop = await guest.ReadAsync("/api/shop").JsonAsync();

        shop.GetProperty("hours").GetArrayLength().ShouldBe(5);
        shop.GetProperty("hours")[0].GetRawText().ShouldBe("""{"day":"mon","from":"11:00","to":"23:00"}""");
        shop.GetProperty("timeZone").GetString().ShouldBe("Europe/Rome");
    }

    [Fact]
    public async Task A_manager_closes_the_shop_and_opens_it_again()
    {
        var manager = _kitchen.As(Roles.Manager);
        var told = new Heard<ShopChanged>(_kitchen);

        var closed = await manager.PutAsync("/api/shop/hours", new { hours = Array.Empty<object>() }).JsonAsync();
        var open = await manager
            .PutAsync("/api/shop/hours", new { hours = OpeningHours.Always.Periods.Select(period => period with { To = "00:00" }) })
            .JsonAsync();

        closed.GetProperty("open").GetBoolean().ShouldBeFalse();
        closed.GetProperty("acceptingOrders").GetBoolean().ShouldBeFalse();
        open.GetProperty("open").GetBoolean().ShouldBeTrue();
        open.GetProperty("hours")[6].GetRawText().ShouldBe("""{"day":"sun","from":"00:00","to":"00:00"}""");
        await Answers.EventuallyAsync(() => Task.FromResult(told.Messages.Count >= 2), "both are told");
        told.Messages.OrderBy(message => message.ShopVersion).TakeLast(2).Select(message => message.Hours.Count).ShouldBe([0, 7]);
    }

    [Fact]
    public async Task What_is_wrong_with_hours_is_named()
    {
        var manager = _kitchen.As(Roles.Manager);
        var wrong = new
        {
            day = "someday",
            from = "24:00",
            to = "1 pm",
        };

        var problem = await manager
            .PutAsync("/api/shop/hours", new { hours = new object?[] { wrong, null } })
            .ProblemAsync(400, "validation");

        problem
            .GetProperty("errors")
            .EnumerateObject()
            .Select(error => error.Name)
            .ShouldBe(["hours[0].day", "hours[0].from", "hours[0].to", "hours[1]"], ignoreOrder: true);
        await manager.PutAsync("/api/shop/hours", new { }).ProblemAsync(400, "validation");
    }

    [Theory]
    [InlineData(0, 200)]
    [InlineData(120, 200)]
    [InlineData(121, 400)]
    [InlineData(-1, 400)]
    [InlineData(null, 400)]
    public async Task Busy_minutes_are_from_none_to_two_hours(int? minutes, int status)
    {
        var answer = await _kitchen.As(Roles.Manager).PutAsync("/api/shop/busy", new { extraMinutes = minutes }).JsonAsync(status);

        if (status == 200)
        {
            answer.GetProperty("extraMinutes").GetInt32().ShouldBe(minutes!.Value);
            answer.GetProperty("minutes").GetProperty("pickup").GetInt32().ShouldBeGreaterThan(minutes.Value);
        }
    }

    [Fact]
    public async Task Busy_minutes_are_published_with_the_load_before_they_are_answered()
    {
        var manager = _kitchen.As(Roles.Manager);
        var told = new Heard<KitchenLoadChanged>(_kitchen);

        foreach (var minutes in new[] { 30, 45, 0 })
        {
            await manager.PutAsync("/api/shop/busy", new { extraMinutes = minutes }).JsonAsync();

            // The load is stored without waiting for the next sweep or for the minimum time between two publications.
            var load = await _kitchen.Get<IRepository<KitchenLoad>>().FindAsync(KitchenLoad.SingletonId, CancellationToken.None);
            load!.Figures!.Workload!.ExtraMinutes.ShouldBe(minutes);
        }

        await Answers.EventuallyAsync(
            () => Task.FromResult(told.Messages.Any(message => message.Workload!.ExtraMinutes == 45)),
            "the other services are told"
        );
    }

    [Fact]
    public async Task A_pause_and_its_reason_are_shown()
    {
        await _kitchen.As(Roles.Manager).PutAsync("/api/kitchen/paused", new { paused = true, reason = "The oven is broken." }).JsonAsync();

        var shop = await _kitchen.Anonymous().ReadAsync("/api/shop").JsonAsync();

        shop.GetProperty("open").GetBoolean().ShouldBeTrue();
        shop.GetProperty("acceptingOrders").GetBoolean().ShouldBeFalse();
        shop.GetProperty("reason").GetString().ShouldBe("The oven is broken.");
    }

    [Fact]
    public async Task A_copy_of_the_shop_is_asked_for_by_its_tag()
    {
        var guest = _kitchen.Anonymous();
        using var first = await guest.ReadAsync("/api/shop");
        guest.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);

        using var same = await guest.ReadAsync("/api/shop");
        await _kitchen.As(Roles.Manager).PutAsync("/api/shop/busy", new { extraMinutes = 30 }).JsonAsync();
        using var changed = await guest.ReadAsync("/api/shop");

        (same.StatusCode, changed.StatusCode).ShouldBe((HttpStatusCode.NotModified, HttpStatusCode.OK));
    }

    [Theory]
    [InlineData("/api/shop/hours")]
    [InlineData("/api/shop/busy")]
    public async Task Only_managers_set_them(string path) =>
        await _kitchen.As(Roles.Chef).PutAsync(path, new { }).ProblemAsync(403, "forbidden");
}
