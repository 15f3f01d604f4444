using System.Net.Http.Headers;
using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.OrderService.Accounts;
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
        var ada = await RegisteredAsync("ada");
        var bob = await RegisteredAsync("bob");
        await ada.ReadAsync("/api/profile").JsonAsync();

        (await RunAsync(command, "another password", ["--username", "Ada", .. options])).ShouldBe(0);

        await ada.ReadAsync("/api/profile").ProblemAsync(401, "unauthenticated");
        await bob.ReadAsync("/api/profile").JsonAsync();
        var elsewhere = _replica.CreateClient();
        elsewhere.DefaultRequestHeaders.Authorization = ada.DefaultRequestHeaders.Authorization;
        await elsewhere.ReadAsync("/api/profile").ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task A_new_password_counts_from_then_on_and_the_old_one_no_more()
    {
        await RegisteredAsync("ada");

        (await RunAsync("set-password", "another password", "--username", "ada")).ShouldBe(0);

        await TokenAsync("ada", "correct horse").ProblemAsync(401, "unauthenticated");
        await (await SignedInAsync("ada", "another password")).ReadAsync("/api/profile").JsonAsync();
    }

    [Fact]
    public async Task New_roles_count_from_the_next_sign_in_on()
    {
        await RegisteredAsync("ada");

        (await RunAsync("set-roles", "", "--username", "ada", "--role", "driver")).ShouldBe(0);

        var ada = await SignedInAsync("ada", "correct horse");
        await ada.ReadAsync("/api/delivery/ready").JsonAsync();
        await ada.ReadAsync("/api/profile").ProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task Nobody_signs_in_with_a_disabled_account_until_it_gets_a_password()
    {
        await RegisteredAsync("ada");

        (await RunAsync("disable-user", "", "--username", "ada")).ShouldBe(0);
        await TokenAsync("ada", "correct horse").ProblemAsync(401, "unauthenticated");
        (await RunAsync("set-password", "another password", "--username", "ada")).ShouldBe(0);

        await (await SignedInAsync("ada", "another password")).ReadAsync("/api/profile").JsonAsync();
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
        var ada = await RegisteredAsync("ada");

        (await RunAsync(command, "another password", options)).ShouldBe(1);

        await ada.ReadAsync("/api/profile").JsonAsync();
    }

    [Fact]
    public async Task A_password_that_no_account_may_have_is_refused()
    {
        var ada = await RegisteredAsync("ada");

        (await RunAsync("set-password", "abc", "--username", "ada")).ShouldBe(1);

        await ada.ReadAsync("/api/profile").JsonAsync();
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_every_token_of_the_caller_and_nobody_elses()
    {
        var phone = await RegisteredAsync("ada");
        var laptop = await SignedInAsync("ada", "correct horse");
        var bob = await RegisteredAsync("bob");

        using var answer = await phone.PostAsync("/api/auth/logout/everywhere");

        ((int)answer.StatusCode).ShouldBe(204);
        await phone.ReadAsync("/api/profile").ProblemAsync(401, "unauthenticated");
        await laptop.ReadAsync("/api/profile").ProblemAsync(401, "unauthenticated");
        await bob.ReadAsync("/api/profile").JsonAsync();
        await (await SignedInAsync("ada", "correct horse")).ReadAsync("/api/profile").JsonAsync();
        await _service.Anonymous().PostAsync("/api/auth/logout/everywhere").ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_of_an_account_that_is_not_there_counts_for_nothing() =>
        await _service.As("manager").ReadAsync("/api/orders").ProblemAsync(401, "unauthenticated");

    [Fact]
    public async Task Only_our_own_processes_are_told_which_version_counts()
    {
        var ada = await RegisteredAsync("ada");
        var path = $"/internal/accounts/{Account.IdOf("ada")}/access";

        await _service.Anonymous().ReadAsync(path).ProblemAsync(401, "unauthenticated");
        await ada.ReadAsync(path).ProblemAsync(403, "forbidden");
        (await _service.As("service").ReadAsync(path).JsonAsync()).GetProperty("version").GetInt64().ShouldBe(0);
        await RunAsync("disable-user", "", "--username", "ada");
        (await _service.As("service").ReadAsync(path).JsonAsync()).GetProperty("version").GetInt64().ShouldBe(AccountAccess.RevokedVersion);
        (await _service.As("service").ReadAsync("/internal/accounts/nobody/access").JsonAsync())
            .GetProperty("version")
            .GetInt64()
            .ShouldBe(AccountAccess.RevokedVersion);
    }

    [Fact]
    public async Task An_open_stream_ends_when_access_is_withdrawn()
    {
        var ada = await RegisteredAsync("ada");
        var id = await _service.PlacedAsync(by: ada);
        using var viewer = await EventReader.ConnectAsync(ada, $"/api/orders/{id}/stream");
        await viewer.NextAsync();

        await ada.PostAsync("/api/auth/logout/everywhere");

        await viewer.RestAsync();
    }

    [Fact]
    public async Task An_open_stream_ends_when_its_token_expires()
    {
        var ada = await RegisteredAsync("ada");
        var id = await _service.PlacedAsync(by: ada);
        ada.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            _service.Get<AccessTokenIssuer>().Issue(Account.IdOf("ada"), "Ada", ["customer"], TimeSpan.FromSeconds(2))
        );
        using var viewer = await EventReader.ConnectAsync(ada, $"/api/orders/{id}/stream");
        await viewer.NextAsync();

        await viewer.RestAsync();
    }

    [Fact]
    public async Task An_account_of_the_release_before_has_the_version_that_its_tokens_have()
    {
        await RegisteredAsync("ada");
        var stored = await _service.Get<IRepository<Account>>().FindAsync(Account.IdOf("ada"), CancellationToken.None);

        (stored!.AccessVersion, stored.Disabled).ShouldBe((0, false));
    }

    private Task<int> RunAsync(string command, string password, params string[] options)
    {
        Console.SetIn(new StringReader(password + "\n"));
        return _service.Services.GetServices<AdminCommand>().Single(each => each.Name == command).RunAsync(options, CancellationToken.None);
    }

    private async Task<HttpClient> RegisteredAsync(string username)
    {
        await _service.RegisterAsync(username);
        return await SignedInAsync(username, "correct horse");
    }

    private Task<HttpResponseMessage> TokenAsync(string username, string password) =>
        _service.Anonymous().PostAsync("/api/auth/token", new { username, password });

    private async Task<HttpClient> SignedInAsync(string username, string password)
    {
        var token = await TokenAsync(username, password).JsonAsync();
        var client = _service.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
        return client;
    }
}
