using System.Net;
using System.Net.Http.Json;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Menu;

public sealed class PizzaVersionTests : IAsyncDisposable
{
    private const string Margherita = "/api/menu/pizzas/margherita";
    private const string Availability = $"{Margherita}/availability";

    private readonly MenuFactory _menu = new();

    public ValueTask DisposeAsync() => _menu.DisposeAsync();

    [Fact]
    public async Task The_later_of_two_managers_is_told_that_the_pizza_was_changed_meanwhile()
    {
        var manager = _menu.As(Roles.Manager);
        var read = await TagAsync(manager.ReadAsync(Margherita));

        await SendAsync(HttpMethod.Put, Margherita, read, Recipe(15.99m)).JsonAsync();
        var problem = await SendAsync(HttpMethod.Put, Margherita, read, Recipe(9.99m)).ProblemAsync(412, "version-conflict");

        problem.GetProperty("detail").GetString()!.ShouldContain("version 2");
        (await manager.ReadAsync(Margherita).JsonAsync()).GetProperty("basePrice").GetRawText().ShouldBe("15.99");
    }

    [Fact]
    public async Task Every_answer_with_a_pizza_has_its_version_and_the_tag_of_it()
    {
        var manager = _menu.As(Roles.Manager);

        (await TagAsync(manager.PostAsync("/api/menu/pizzas", new { name = "Funghi", basePrice = 12 }))).ShouldBe("\"1\"");
        (await TagAsync(manager.ReadAsync("/api/menu/pizzas/funghi"))).ShouldBe("\"1\"");
        (await TagAsync(manager.PutAsync("/api/menu/pizzas/funghi", new { name = "Funghi", basePrice = 13 }))).ShouldBe("\"2\"");
        (await TagAsync(manager.PutAsync("/api/menu/pizzas/funghi/availability", new { available = false }))).ShouldBe("\"3\"");

        (await manager.ReadAsync("/api/menu/pizzas/funghi").JsonAsync()).GetProperty("version").GetInt64().ShouldBe(3);
        (await manager.ReadAsync("/api/menu").JsonAsync())
            .GetProperty("pizzas")
            .EnumerateArray()
            .Single(pizza => pizza.GetProperty("id").GetString() == "funghi")
            .GetProperty("version")
            .GetInt64()
            .ShouldBe(3);
    }

    [Fact]
    public async Task A_pizza_that_was_added_twice_with_one_key_has_its_tag_both_times()
    {
        var manager = _menu.As(Roles.Manager);
        manager.DefaultRequestHeaders.Add("Idempotency-Key", "funghi-1");
        var funghi = new { name = "Funghi", basePrice = 12 };

        (await TagAsync(manager.PostAsync("/api/menu/pizzas", funghi))).ShouldBe("\"1\"");
        (await TagAsync(manager.PostAsync("/api/menu/pizzas", funghi))).ShouldBe("\"1\"");
    }

    [Theory]
    [InlineData("\"7\"")]
    [InlineData("W/\"1\"")]
    [InlineData("\"01\"")]
    [InlineData("\"0\", \"2\"")]
    public async Task Another_version_than_the_expected_one_is_neither_changed_nor_removed(string expected)
    {
        await SendAsync(HttpMethod.Put, Margherita, expected, Recipe(1)).ProblemAsync(412, "version-conflict");
        await SendAsync(HttpMethod.Delete, Margherita, expected).ProblemAsync(412, "version-conflict");
        await SendAsync(HttpMethod.Put, Availability, expected, new { available = false }).ProblemAsync(412, "version-conflict");

        (await _menu.Anonymous().ReadAsync(Margherita).JsonAsync()).GetProperty("version").GetInt64().ShouldBe(1);
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("\"9\", \"1\"")]
    [InlineData("*")]
    [InlineData(null)]
    public async Task The_expected_version_is_changed_and_removed(string? expected)
    {
        (await SendAsync(HttpMethod.Put, Margherita, expected, Recipe(1)).JsonAsync()).GetProperty("version").GetInt64().ShouldBe(2);
        var next = expected == "\"1\"" ? "\"2\"" : expected?.Replace('1', '2');
        using var removed = await SendAsync(HttpMethod.Delete, Margherita, next);

        removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_change_that_is_sent_again_because_its_answer_was_lost_is_no_conflict()
    {
        await SendAsync(HttpMethod.Put, Margherita, "\"1\"", Recipe(15.99m)).JsonAsync();

        (await SendAsync(HttpMethod.Put, Margherita, "\"1\"", Recipe(15.99m)).JsonAsync()).GetProperty("version").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Of_twenty_changes_of_the_same_version_one_is_made()
    {
        var changes = await Task.WhenAll(
            Enumerable.Range(1, 20).Select(price => SendAsync(HttpMethod.Put, Margherita, "\"1\"", Recipe(price)))
        );

        changes.Count(change => change.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        changes.Count(change => change.StatusCode == HttpStatusCode.PreconditionFailed).ShouldBe(19);
        Array.ForEach(changes, change => change.Dispose());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("\"1")]
    [InlineData("W/1")]
    public async Task What_is_no_list_of_tags_is_refused_by_the_headers_name(string expected)
    {
        foreach (
            var refusing in new[]
            {
                SendAsync(HttpMethod.Put, Margherita, expected, Recipe(1)),
                SendAsync(HttpMethod.Delete, Margherita, expected),
                SendAsync(HttpMethod.Put, Availability, expected, new { available = false }),
            }
        )
        {
            (await refusing.ProblemAsync(400, "validation")).GetProperty("errors").TryGetProperty("If-Match", out _).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_pizza_that_is_not_there_is_not_found_whatever_was_expected()
    {
        await SendAsync(HttpMethod.Put, "/api/menu/pizzas/calzone", "\"1\"", Recipe(1)).ProblemAsync(404, "not-found");
        await SendAsync(HttpMethod.Delete, "/api/menu/pizzas/calzone", "*").ProblemAsync(404, "not-found");
    }

    private static object Recipe(decimal basePrice) => new { name = "Margherita", basePrice };

    private static async Task<string> TagAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        response.IsSuccessStatusCode.ShouldBeTrue();
        return response.Headers.GetValues("ETag").ShouldHaveSingleItem();
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? expected, object? body = null)
    {
        var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : JsonContent.Create(body, options: PizzeriaJson.Options),
        };
        if (expected is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", expected).ShouldBeTrue();
        }

        return _menu.As(Roles.Manager).SendAsync(request);
    }
}
