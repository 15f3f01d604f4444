using System.Net.Http.Headers;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.ServiceDefaults.Admin;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Ordering;

public sealed class AccessTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new() { KnowsEverybody = false };
    private readonly OrderFactory _replica;

    public AccessTests() => _replica = new() { SharesWith = _service, KnowsEverybody = false };

    public async ValueTask DisposeAsync()
    {
        await _replica.DisposeAsync();
        await _service.DisposeAsync();
    }

    [Theory]
    [InlineData("set-password")]
    [InlineData("set-roles", "--role", "customer,driver")]
    [InlineData("set-roles", "--roles", "chef")]
    [InlineData("disable-user")]
    public async Task What_withdraws_access_ends_the_tokens_that_there_are_in_every_replica(string command, params string[] options)
    {
        var ada = await Registered("ada");
        var bob = await Registered("bob");
        await ada.Read("/api/profile").Json();

        (await Run(command, "another password", ["--username", "Ada", .. options])).ShouldBe(0);

        await ada.Read("/api/profile").Problem(401, "unauthenticated");
        await bob.Read("/api/profile").Json();
        var elsewhere = _replica.CreateClient();
        elsewhere.DefaultRequestHeaders.Authorization = ada.DefaultRequestHeaders.Authorization;
        await elsewhere.Read("/api/profile").Problem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_new_password_counts_from_then_on_and_the_old_one_no_more()
    {
        await Registered("ada");

        (await Run("set-password", "another password", "--username", "ada")).ShouldBe(0);

        await Token("ada", "correct horse").Problem(401, "unauthenticated");
        await (await SignedIn("ada", "another password")).Read("/api/profile").Json();
    }

    [Fact]
    public async Task New_roles_count_from_the_next_sign_in_on()
    {
        await Registered("ada");

        (await Run("set-roles", "", "--username", "ada", "--role", "driver")).ShouldBe(0);

        var ada = await SignedIn("ada", "correct horse");
        await ada.Read("/api/delivery/ready").Json();
        await ada.Read("/api/profile").Problem(403, "forbidden");
    }

    [Fact]
    public async Task Nobody_signs_in_with_a_disabled_account_until_it_gets_a_password()
    {
        await Registered("ada");

        (await Run("disable-user", "", "--username", "ada")).ShouldBe(0);
        await Token("ada", "correct horse").Problem(401, "unauthenticated");
        (await Run("set-password", "another password", "--username", "ada")).ShouldBe(0);

        await (await SignedIn("ada", "another password")).Read("/api/profile").Json();
    }

    [Theory]
    [InlineData("set-password", "--username", "nobody")]
    [InlineData("set-roles", "--username", "ada", "--role", "service")]
    [InlineData("set-roles", "--username", "ada", "--role", "")]
    [InlineData("set-roles", "--username", "ada")]
    [InlineData("disable-user")]
    [InlineData("disable-user", "--username")]
    [InlineData("disable-user", "--user", "ada")]
    public async Task A_wrong_command_fails_and_changes_nothing(string command, params string[] options)
    {
        var ada = await Registered("ada");

        (await Run(command, "another password", options)).ShouldBe(1);

        await ada.Read("/api/profile").Json();
    }

    [Fact]
    public async Task A_password_that_no_account_may_have_is_refused()
    {
        var ada = await Registered("ada");

        (await Run("set-password", "abc", "--username", "ada")).ShouldBe(1);

        await ada.Read("/api/profile").Json();
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_every_token_of_the_caller_and_nobody_elses()
    {
        var phone = await Registered("ada");
        var laptop = await SignedIn("ada", "correct horse");
        var bob = await Registered("bob");

        using var answer = await phone.Post("/api/auth/logout/everywhere");

        ((int)answer.StatusCode).ShouldBe(204);
        await phone.Read("/api/profile").Problem(401, "unauthenticated");
        await laptop.Read("/api/profile").Problem(401, "unauthenticated");
        await bob.Read("/api/profile").Json();
        await (await SignedIn("ada", "correct horse")).Read("/api/profile").Json();
        await _service.Anonymous().Post("/api/auth/logout/everywhere").Problem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_of_an_account_that_is_not_there_counts_for_nothing() =>
        await _service.As("manager").Read("/api/orders").Problem(401, "unauthenticated");

    [Fact]
    public async Task Only_our_own_processes_are_told_which_version_counts()
    {
        var ada = await Registered("ada");
        var path = $"/internal/accounts/{Account.IdOf("ada")}/access";

        await _service.Anonymous().Read(path).Problem(401, "unauthenticated");
        await ada.Read(path).Problem(403, "forbidden");
        (await _service.As("service").Read(path).Json()).GetProperty("version").GetInt64().ShouldBe(0);
        await Run("disable-user", "", "--username", "ada");
        (await _service.As("service").Read(path).Json()).GetProperty("version").GetInt64().ShouldBe(AccountAccess.Withdrawn);
        (await _service.As("service").Read("/internal/accounts/nobody/access").Json())
            .GetProperty("version")
            .GetInt64()
            .ShouldBe(AccountAccess.Withdrawn);
    }

    [Fact]
    public async Task An_open_stream_ends_when_access_is_withdrawn()
    {
        var ada = await Registered("ada");
        var id = await _service.Placed(by: ada);
        using var viewer = await EventReader.Connect(ada, $"/api/orders/{id}/stream");
        await viewer.Next();

        await ada.Post("/api/auth/logout/everywhere");

        await viewer.Rest();
    }

    [Fact]
    public async Task An_open_stream_ends_when_its_token_expires()
    {
        var ada = await Registered("ada");
        var id = await _service.Placed(by: ada);
        ada.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            _service.Get<Tokens>().Issue(Account.IdOf("ada"), "Ada", ["customer"], TimeSpan.FromSeconds(2))
        );
        using var viewer = await EventReader.Connect(ada, $"/api/orders/{id}/stream");
        await viewer.Next();

        await viewer.Rest();
    }

    [Fact]
    public async Task An_account_of_the_release_before_has_the_version_that_its_tokens_have()
    {
        await Registered("ada");
        var stored = await _service.Get<IRepository<Account>>().Find(Account.IdOf("ada"), CancellationToken.None);

        (stored!.AccessVersion, stored.Disabled).ShouldBe((0, false));
    }

    private Task<int> Run(string command, string password, params string[] options)
    {
        Console.SetIn(new StringReader(password + "\n"));
        return _service.Services.GetServices<AdminCommand>().Single(each => each.Name == command).Run(options, CancellationToken.None);
    }

    private async Task<HttpClient> Registered(string username)
    {
        await _service
            .Anonymous()
            .Post(
                "/api/auth/register",
                new
                {
                    username,
                    password = "correct horse",
                    name = username,
                }
            )
            .Json(201);
        return await SignedIn(username, "correct horse");
    }

    private Task<HttpResponseMessage> Token(string username, string password) =>
        _service.Anonymous().Post("/api/auth/token", new { username, password });

    private async Task<HttpClient> SignedIn(string username, string password)
    {
        var token = await Token(username, password).Json();
        var client = _service.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
        return client;
    }
}
