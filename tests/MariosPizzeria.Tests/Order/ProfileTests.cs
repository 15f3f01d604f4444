using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

public sealed class ProfileTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Who_registered_sees_and_changes_what_he_said()
    {
        var ada = await Registered("ada");

        var before = await ada.Read("/api/profile").Json();
        await ada.Put("/api/profile", Described("Ada L.", email: "ada@example.org")).Json();
        var after = await ada.Read("/api/profile").Json();

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
        var ada = await Registered("ada");
        await Order(ada, "pepperoni", quantity: 2);
        var margherita = await Order(ada, "margherita", quantity: 3);
        var cancelled = await Order(ada, "hawaiian", quantity: 9);
        await ada.Post($"/api/orders/{cancelled}/cancel", new { reason = "too many" }).Json();
        await Order(await Registered("bob"), "hawaiian", quantity: 5);

        var profile = await ada.Read("/api/profile").Json();

        Text(profile, "favouritePizza").ShouldBe("margherita");
        profile.GetProperty("activeOrders").EnumerateArray().Select(order => Text(order, "status")).ShouldBe(["pending", "pending"]);
        Text(profile.GetProperty("activeOrders")[0], "id").ShouldBe(margherita);
    }

    [Theory]
    [InlineData("name", "")]
    [InlineData("email", "nobody")]
    [InlineData("phone", "call me")]
    public async Task What_a_profile_may_not_be_is_named(string field, string value)
    {
        var ada = await Registered("ada");
        var profile = new Dictionary<string, string> { ["name"] = "Ada", [field] = value };

        var problem = await ada.Put("/api/profile", profile).Problem(400, "validation");

        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field);
    }

    [Fact]
    public async Task Whom_another_authority_signs_in_has_a_profile_too()
    {
        var somebody = _service.As("customer");

        Text(await somebody.Read("/api/profile").Json(), "name").ShouldBe("Somebody");
        await Task.WhenAll(
            Enumerable.Range(0, 4).Select(n => somebody.Put("/api/profile", Described("Somebody Else", $"somebody{n}@example.com")).Json())
        );

        Text(await somebody.Read("/api/profile").Json(), "name").ShouldBe("Somebody Else");
    }

    [Fact]
    public async Task Profiles_are_the_customers()
    {
        await _service.Anonymous().Read("/api/profile").Problem(401, "unauthenticated");
        await _service.As("chef").Read("/api/profile").Problem(403, "forbidden");
        await _service.As("driver").Put("/api/profile", Described("Driver")).Problem(403, "forbidden");
    }

    [Fact]
    public async Task An_address_is_confirmed_by_the_token_that_was_mailed_to_it_until_there_is_another_address()
    {
        var ada = await Registered("ada");
        var accounts = _service.Get<IRepository<Account>>();
        var tokens = _service.Get<EmailToken>();
        var token = tokens.For((await accounts.Find(Account.IdOf("ada"), CancellationToken.None))!);
        (await IsConfirmed(ada)).ShouldBeFalse();

        (await Confirm(token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Confirm(token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await IsConfirmed(ada)).ShouldBeTrue();
        await ada.Put("/api/profile", Described("Ada L.", "ada@example.com")).Json();
        (await IsConfirmed(ada)).ShouldBeTrue();

        await ada.Put("/api/profile", Described("Ada", "somebody.else@example.com")).Json();
        (await IsConfirmed(ada)).ShouldBeFalse();
        await Confirm(token).Problem(400, "validation");
        var next = tokens.For((await accounts.Find(Account.IdOf("ada"), CancellationToken.None))!);
        _service.Clock.Advance(TimeSpan.FromDays(8));
        await Confirm(next).Problem(400, "validation");
    }

    [Fact]
    public async Task A_token_that_was_not_mailed_confirms_nothing()
    {
        var ada = await Registered("ada");
        await Registered("bob");
        var bobs = _service
            .Get<EmailToken>()
            .For((await _service.Get<IRepository<Account>>().Find(Account.IdOf("bob"), CancellationToken.None))!);
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
            await Confirm(token).Problem(400, "validation");
        }

        await _service.Anonymous().Post("/api/profile/email/confirm", new { }).Problem(400, "validation");
        (await IsConfirmed(ada)).ShouldBeFalse();
    }

    private Task<HttpResponseMessage> Confirm(string token) => _service.Anonymous().Post("/api/profile/email/confirm", new { token });

    private static async Task<bool> IsConfirmed(HttpClient client) =>
        (await client.Read("/api/profile").Json()).GetProperty("emailConfirmed").GetBoolean();

    private static string? Text(JsonElement json, string property) => json.GetProperty(property).GetString();

    private static object Described(string name, string? email = null) => new { name, email };

    private static async Task<string> Order(HttpClient customer, string pizza, int quantity)
    {
        var order = await customer
            .Post(
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
            .Json(201);
        return Text(order, "id")!;
    }

    private async Task<HttpClient> Registered(string username)
    {
        var client = _service.Anonymous();
        await client
            .Post(
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
            .Json(201);
        var token = await client.Post("/api/auth/token", new { username, password = "correct horse" }).Json();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Text(token, "access_token"));
        return client;
    }
}
