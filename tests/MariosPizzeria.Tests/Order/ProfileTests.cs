using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

public sealed class ProfileTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Who_registered_sees_and_changes_what_he_said()
    {
        var ada = await RegisteredAsync("ada");

        var before = await ada.ReadAsync("/api/profile").JsonAsync();
        await ada.PutAsync("/api/profile", Described("Ada L.", email: "ada@example.org")).JsonAsync();
        var after = await ada.ReadAsync("/api/profile").JsonAsync();

        (Text(before, "name"), Text(before, "email"), Text(before, "phone"), Text(before, "address")).ShouldBe(
            ("Ada", "ada@example.com", "+1 555 0100", "1 Main St")
        );
        (Text(after, "name"), Text(after, "email"), Text(after, "phone"), Text(after, "address")).ShouldBe(
            ("Ada L.", "ada@example.org", null, null)
        );
        before.GetProperty("activeOrders").GetArrayLength().ShouldBe(0);
        Text(before, "favouritePizza").ShouldBeNull();
    }

    [Fact]
    public async Task The_favourite_is_what_was_ordered_most_and_an_order_is_active_until_it_is_over()
    {
        var ada = await RegisteredAsync("ada");
        await OrderAsync(ada, "pepperoni", quantity: 2);
        var margherita = await OrderAsync(ada, "margherita", quantity: 3);
        var cancelled = await OrderAsync(ada, "hawaiian", quantity: 9);
        await ada.PostAsync($"/api/orders/{cancelled}/cancel", new { reason = "too many" }).JsonAsync();
        await OrderAsync(await RegisteredAsync("bob"), "hawaiian", quantity: 5);

        var profile = await ada.ReadAsync("/api/profile").JsonAsync();

        Text(profile, "favouritePizza").ShouldBe("margherita");
        profile.GetProperty("activeOrders").EnumerateArray().Select(order => Text(order, "status")).ShouldBe(["confirmed", "confirmed"]);
        Text(profile.GetProperty("activeOrders")[0], "id").ShouldBe(margherita);
    }

    [Theory]
    [InlineData("name", "")]
    [InlineData("email", "nobody")]
    [InlineData("phone", "call me")]
    public async Task What_a_profile_may_not_be_is_named(string field, string value)
    {
        var ada = await RegisteredAsync("ada");
        var profile = new Dictionary<string, string> { ["name"] = "Ada", [field] = value };

        var problem = await ada.PutAsync("/api/profile", profile).ProblemAsync(400, "validation");

        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field);
    }

    [Fact]
    public async Task Whom_another_authority_signs_in_has_a_profile_too()
    {
        var somebody = _service.As("customer");

        Text(await somebody.ReadAsync("/api/profile").JsonAsync(), "name").ShouldBe("Somebody");
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(n => somebody.PutAsync("/api/profile", Described("Somebody Else", $"somebody{n}@example.com")).JsonAsync())
        );

        Text(await somebody.ReadAsync("/api/profile").JsonAsync(), "name").ShouldBe("Somebody Else");
    }

    [Fact]
    public async Task Profiles_are_the_customers()
    {
        await _service.Anonymous().ReadAsync("/api/profile").ProblemAsync(401, "unauthenticated");
        await _service.As("chef").ReadAsync("/api/profile").ProblemAsync(403, "forbidden");
        await _service.As("driver").PutAsync("/api/profile", Described("Driver")).ProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task An_address_is_confirmed_by_the_token_that_was_mailed_to_it_until_there_is_another_address()
    {
        var ada = await RegisteredAsync("ada");
        var accounts = _service.Get<IRepository<Account>>();
        var tokens = _service.Get<EmailToken>();
        var token = tokens.For((await accounts.FindAsync(Account.IdOf("ada"), CancellationToken.None))!);
        (await IsConfirmedAsync(ada)).ShouldBeFalse();

        (await ConfirmAsync(token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ConfirmAsync(token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await IsConfirmedAsync(ada)).ShouldBeTrue();
        await ada.PutAsync("/api/profile", Described("Ada L.", "ada@example.com")).JsonAsync();
        (await IsConfirmedAsync(ada)).ShouldBeTrue();

        await ada.PutAsync("/api/profile", Described("Ada", "somebody.else@example.com")).JsonAsync();
        (await IsConfirmedAsync(ada)).ShouldBeFalse();
        await ConfirmAsync(token).ProblemAsync(400, "validation");
        var next = tokens.For((await accounts.FindAsync(Account.IdOf("ada"), CancellationToken.None))!);
        await _service.LaterAsync(TimeSpan.FromDays(8));
        await ConfirmAsync(next).ProblemAsync(400, "validation");
    }

    [Fact]
    public async Task A_token_that_was_not_mailed_confirms_nothing()
    {
        var ada = await RegisteredAsync("ada");
        await RegisteredAsync("bob");
        var bobs = _service
            .Get<EmailToken>()
            .For((await _service.Get<IRepository<Account>>().FindAsync(Account.IdOf("bob"), CancellationToken.None))!);
        var parts = bobs.Split('.');
        var adas = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Account.IdOf("ada"))).TrimEnd('=');

        foreach (
            var token in new[]
            {
                "",
                "x",
                "...",
                "!.1.x",
                $"{adas}.{parts[1]}.{parts[2]}",
                $"{parts[0]}.{parts[1]}0.{parts[2]}",
                $"{parts[0]}.{parts[1]}",
                $"{parts[0]}.+{parts[1]}.{parts[2]}",
                $"{bobs}.",
                bobs[..^1],
                new string('a', 501),
            }
        )
        {
            await ConfirmAsync(token).ProblemAsync(400, "validation");
        }

        await _service.Anonymous().PostAsync("/api/profile/email/confirm", new { }).ProblemAsync(400, "validation");
        (await IsConfirmedAsync(ada)).ShouldBeFalse();
    }

    private Task<HttpResponseMessage> ConfirmAsync(string token) =>
        _service.Anonymous().PostAsync("/api/profile/email/confirm", new { token });

    private static async Task<bool> IsConfirmedAsync(HttpClient client) =>
        (await client.ReadAsync("/api/profile").JsonAsync()).GetProperty("emailConfirmed").GetBoolean();

    private static string? Text(JsonElement json, string property) => json.GetProperty(property).GetString();

    private static object Described(string name, string? email = null) => new { name, email };

    private static async Task<string> OrderAsync(HttpClient customer, string pizza, int quantity)
    {
        var order = await customer
            .PostAsync(
                "/api/orders",
                new
                {
                    items = new[]
                    {
                        new
                        {
                            pizzaId = pizza,
                            size = "small",
                            quantity,
                            extraToppings = Array.Empty<string>(),
                        },
                    },
                    customer = new { name = "Ada", phone = "+1 555 0100" },
                    fulfilment = "pickup",
                    paymentMethod = "cash",
                }
            )
            .JsonAsync(201);
        return Text(order, "id")!;
    }

    private async Task<HttpClient> RegisteredAsync(string username)
    {
        var client = _service.Anonymous();
        await client
            .PostAsync(
                "/api/auth/register",
                new
                {
                    username,
                    password = "correct horse",
                    name = "Ada",
                    email = "ada@example.com",
                    phone = "+1 555 0100",
                    address = "1 Main St",
                }
            )
            .JsonAsync(201);
        var token = await client.PostAsync("/api/auth/token", new { username, password = "correct horse" }).JsonAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Text(token, "access_token"));
        return client;
    }
}
