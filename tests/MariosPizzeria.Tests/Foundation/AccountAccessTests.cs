using System.Security.Claims;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.Logging.Abstractions;

namespace MariosPizzeria.Tests.Foundation;

public sealed class AccountAccessTests
{
    private const string Account = "account-1";

    private readonly Clock _clock = new();
    private readonly Owner _owner = new();
    private readonly MemoryCache _redis;

    public AccountAccessTests() => _redis = new MemoryCache(_clock);

    [Fact]
    public async Task A_withdrawal_is_noticed_by_every_process_within_seconds()
    {
        var (one, other) = (Process(), Process());
        (await AllowsAsync(one, 0)).ShouldBeTrue();
        (await AllowsAsync(other, 0)).ShouldBeTrue();

        _owner.Version = 1;
        await one.PublishAsync(Account, 1, CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(6));

        (await AllowsAsync(one, 0)).ShouldBeFalse();
        (await AllowsAsync(other, 0)).ShouldBeFalse();
        (await AllowsAsync(other, 1)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_withdrawal_that_Redis_lost_is_noticed_within_a_minute()
    {
        var process = Process();
        (await AllowsAsync(process, 0)).ShouldBeTrue();

        _owner.Version = 1;
        _clock.Advance(TimeSpan.FromMinutes(1));

        (await AllowsAsync(process, 0)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_withdrawal_is_noticed_when_Redis_forgot_everything()
    {
        var process = Process();
        _owner.Version = 1;
        await process.PublishAsync(Account, 1, CancellationToken.None);

        await _redis.RemoveAsync($"access:{Account}", expected: null, CancellationToken.None);

        (await AllowsAsync(Process(), 0)).ShouldBeFalse();
    }

    [Fact]
    public async Task Order_is_asked_once_a_minute_for_an_account_by_however_many_requests_and_processes()
    {
        var processes = Enumerable.Range(0, 3).Select(_ => Process()).ToList();
        await AllowsAsync(processes[0], 0);
        for (var second = 0; second < 59; second++)
        {
            await Task.WhenAll(processes.SelectMany(process => Enumerable.Range(0, 5).Select(_ => AllowsAsync(process, 0))));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        _owner.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_disabled_or_deleted_account_has_no_version_at_all()
    {
        _owner.Version = AccountAccess.RevokedVersion;

        (await AllowsAsync(Process(), 0)).ShouldBeFalse();
    }

    [Fact]
    public async Task While_Order_is_away_the_last_copy_goes_on_and_nothing_unknown_is_believed()
    {
        var process = Process();
        await AllowsAsync(process, 0);
        _owner.IsAway = true;
        _clock.Advance(TimeSpan.FromMinutes(2));

        (await AllowsAsync(process, 0)).ShouldBeTrue();
        await Should.ThrowAsync<ServiceUnavailableException>(() => process.AllowsAsync("account-2", 0, CancellationToken.None));
        _clock.Advance(TimeSpan.FromMinutes(16));
        await Should.ThrowAsync<ServiceUnavailableException>(() => AllowsAsync(process, 0));
    }

    [Fact]
    public async Task Without_Redis_Order_is_asked()
    {
        var process = new AccountAccess(new UnavailableCache(), _owner, _clock, NullLogger<AccountAccess>.Instance);
        _owner.Version = 1;

        (await AllowsAsync(process, 0)).ShouldBeFalse();
        (await AllowsAsync(process, 1)).ShouldBeTrue();
        _owner.Asked.ShouldBe(1);
    }

    [Theory]
    [InlineData(null, 0, true)] // a token of the previous release
    [InlineData(null, 1, false)]
    [InlineData("1", 1, true)]
    [InlineData("0", 1, false)]
    [InlineData("-1", -1, false)]
    [InlineData("one", 1, false)]
    public async Task A_token_counts_with_the_version_that_its_account_has(string? inToken, long ofAccount, bool counts)
    {
        _owner.Version = ofAccount;

        (await Process().AllowsAsync(User("marios-pizzeria", inToken), CancellationToken.None)).ShouldBe(counts);
    }

    [Fact]
    public async Task Processes_and_an_authoritys_users_have_no_account_here()
    {
        _owner.Version = AccountAccess.RevokedVersion;

        (await Process().AllowsAsync(User("marios-pizzeria", "0", Roles.Service), CancellationToken.None)).ShouldBeTrue();
        (await Process().AllowsAsync(User("https://authority.example", version: null), CancellationToken.None)).ShouldBeTrue();
        _owner.Asked.ShouldBe(0);
    }

    private static ClaimsPrincipal User(string issuer, string? version, string role = Roles.Customer)
    {
        Claim[] claims = [new("iss", issuer), new("sub", Account), new("roles", role)];
        return new(
            new ClaimsIdentity(version is null ? claims : [.. claims, new("access_version", version)], "test", "name", roleType: "roles")
        );
    }

    private AccountAccess Process() => new(_redis, _owner, _clock, NullLogger<AccountAccess>.Instance);

    private static Task<bool> AllowsAsync(AccountAccess process, long version) =>
        process.AllowsAsync(Account, version, CancellationToken.None);

    private sealed class Owner : IAccountVersions
    {
        private int _asked;

        public long Version { get; set; }

        public bool IsAway { get; set; }

        public int Asked => _asked;

        public Task<long?> FindAsync(string accountId, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return IsAway ? throw new ServiceUnavailableException("order", new HttpRequestException()) : Task.FromResult<long?>(Version);
        }
    }
}
