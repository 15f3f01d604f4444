using System.Net;
using System.Net.Http.Headers;
using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Ordering;

public sealed class AccountTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Who_registers_can_sign_in_and_order()
    {
        var client = _service.Anonymous();

        var user = await client.PostAsync("/api/auth/register", Ada()).JsonAsync(201);
        var token = await client.PostAsync("/api/auth/token", new { username = "ADA", password = "correct horse" }).JsonAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
        var order = await client.PostAsync("/api/orders", OrderFactory.Request()).JsonAsync(201);

        user.GetProperty("roles")[0].GetString().ShouldBe("customer");
        user.TryGetProperty("passwordHash", out _).ShouldBeFalse();
        (token.GetProperty("token_type").GetString(), token.GetProperty("expires_in").GetInt32()).ShouldBe(("Bearer", 3600));
        order.GetProperty("customer").GetProperty("id").GetString().ShouldBe(user.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_user_name_is_given_once_whatever_its_case()
    {
        var client = _service.Anonymous();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(n => client.PostAsync("/api/auth/register", Ada(n % 2 == 0 ? "ada" : "Ada")))
        );

        answers.Select(answer => (int)answer.StatusCode).Order().ShouldBe([201, 409, 409, 409]);
    }

    [Theory]
    [InlineData("username", "")]
    [InlineData("username", "with space")]
    [InlineData("password", "abc")]
    [InlineData("password", "1234567")]
    [InlineData("password", "12345678")]
    [InlineData("password", "password")]
    [InlineData("password", "PassWord1")]
    [InlineData("password", "Margherita")]
    [InlineData("name", "")]
    [InlineData("email", "nobody")]
    [InlineData("phone", "call me")]
    public async Task What_an_account_may_not_be_is_named(string field, string value)
    {
        var account = new Dictionary<string, string>
        {
            ["username"] = "ada",
            ["password"] = "correct horse",
            ["name"] = "Ada",
            ["email"] = "ada@example.com",
            ["phone"] = "+1 555 0100",
            ["address"] = "1 Main St",
            [field] = value,
        };

        var problem = await _service.Anonymous().PostAsync("/api/auth/register", account).ProblemAsync(400, "validation");

        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field);
    }

    [Fact]
    public async Task An_unknown_name_and_a_wrong_password_are_answered_alike()
    {
        var client = _service.Anonymous();
        await client.PostAsync("/api/auth/register", Ada()).JsonAsync(201);

        var wrong = await client
            .PostAsync("/api/auth/token", new { username = "ada", password = "wrong" })
            .ProblemAsync(401, "unauthenticated");
        var unknown = await client
            .PostAsync("/api/auth/token", new { username = "bob", password = "wrong" })
            .ProblemAsync(401, "unauthenticated");

        wrong.GetProperty("detail").GetString().ShouldBe(unknown.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Ten_failures_slow_an_account_down_and_do_not_lock_it()
    {
        var client = _service.Anonymous();
        await client.PostAsync("/api/auth/register", Ada()).JsonAsync(201);
        for (var i = 0; i < 11; i++)
        {
            using var failed = await client.PostAsync("/api/auth/token", new { username = "ada", password = "wrong" });
            failed.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        await client.PostAsync("/api/auth/token", new { username = "ada", password = "correct horse" }).ProblemAsync(429, "rate-limited");
        await _service.LaterAsync(TimeSpan.FromSeconds(11));

        await client.PostAsync("/api/auth/token", new { username = "ada", password = "correct horse" }).JsonAsync();
    }

    [Fact]
    public async Task Only_our_own_processes_ask_whose_password_it_is()
    {
        await _service.Anonymous().PostAsync("/api/auth/register", Ada()).JsonAsync(201);
        var ada = new { username = "ada", password = "correct horse" };

        await _service.Anonymous().PostAsync("/internal/auth/verify", ada).ProblemAsync(401, "unauthenticated");
        await _service.As("manager").PostAsync("/internal/auth/verify", ada).ProblemAsync(403, "forbidden");
        var user = await _service.As("service").PostAsync("/internal/auth/verify", ada).JsonAsync();

        user.GetProperty("name").GetString().ShouldBe("Ada");
    }

    [Fact]
    public async Task The_seed_makes_developments_accounts_once()
    {
        var seed = _service.Services.GetServices<AdminCommand>().Single(command => command.Name == "seed");

        var codes = await Task.WhenAll(seed.RunAsync([], CancellationToken.None), seed.RunAsync([], CancellationToken.None));

        codes.ShouldBe([0, 0]);
        foreach (var name in new[] { "customer", "chef", "driver", "manager" })
        {
            await _service.Anonymous().PostAsync("/api/auth/token", new { username = name, password = "test" }).JsonAsync();
        }
    }

    [Fact]
    public async Task Two_who_register_with_one_idempotency_key_are_two()
    {
        var (ada, bob) = (_service.Anonymous(), _service.Anonymous());
        ada.DefaultRequestHeaders.Add("Idempotency-Key", "1");
        bob.DefaultRequestHeaders.Add("Idempotency-Key", "1");

        var first = await ada.PostAsync("/api/auth/register", Ada()).JsonAsync(201);
        await bob.PostAsync("/api/auth/register", Ada("bob")).JsonAsync(201);
        var again = await ada.PostAsync("/api/auth/register", Ada()).JsonAsync(201);

        again.GetProperty("id").GetString().ShouldBe(first.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("secret", 1)]
    [InlineData("12345678", 1)]
    [InlineData("correct horse", 0)]
    public async Task The_command_that_makes_an_account_asks_the_same_of_a_password(string password, int exitCode)
    {
        var command = _service.Services.GetServices<AdminCommand>().Single(each => each.Name == "create-user");
        var input = Console.In;
        Console.SetIn(new StringReader(password));
        try
        {
            (await command.RunAsync(["--username", "carla", "--role", "chef"], CancellationToken.None)).ShouldBe(exitCode);
        }
        finally
        {
            Console.SetIn(input);
        }
    }

    private static object Ada(string username = "ada") =>
        new
        {
            username,
            password = "correct horse",
            name = "Ada",
            email = "ada@example.com",
            phone = "+1 555 0100",
            address = "1 Main St",
        };
}
