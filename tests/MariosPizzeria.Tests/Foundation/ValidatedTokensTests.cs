using System.Text;
using MariosPizzeria.BuildingBlocks.Security;
using Microsoft.IdentityModel.Tokens;

namespace MariosPizzeria.Tests.Foundation;

public sealed class ValidatedTokensTests
{
    private static readonly SymmetricSecurityKey Key = new(Encoding.UTF8.GetBytes(new string('k', 32)));
    private static readonly SymmetricSecurityKey Other = new(Encoding.UTF8.GetBytes(new string('o', 32)));

    private readonly SettableTime _time = new() { Now = DateTimeOffset.UtcNow };
    private readonly ValidatedTokenCache _tokens;
    private int _keysAsked;

    public ValidatedTokensTests() => _tokens = new(_time);

    [Fact]
    public async Task A_good_token_is_looked_at_once_a_minute()
    {
        var token = new AccessTokenIssuer(Key, _time).Issue("u", "U", ["customer"], TimeSpan.FromHours(1));

        (await ValidateAsync(token)).ClaimsIdentity.FindFirst("sub")!.Value.ShouldBe("u");
        (await ValidateAsync(token)).IsValid.ShouldBeTrue();
        _keysAsked.ShouldBe(1);

        _time.Now += ValidatedTokenCache.CacheDuration;
        (await ValidateAsync(token)).IsValid.ShouldBeTrue();
        _keysAsked.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_is_kept_no_longer_than_it_is_valid()
    {
        var token = new AccessTokenIssuer(Key, _time).Issue("u", "U", ["customer"], TimeSpan.FromSeconds(10));
        await ValidateAsync(token);

        _time.Now += TimeSpan.FromSeconds(11);
        await ValidateAsync(token);

        _keysAsked.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_of_another_key_is_refused_each_time()
    {
        var token = new AccessTokenIssuer(Other, _time).Issue("u", "U", ["manager"], TimeSpan.FromHours(1));

        (await ValidateAsync(token)).IsValid.ShouldBeFalse();
        (await ValidateAsync(token)).IsValid.ShouldBeFalse();
        _keysAsked.ShouldBe(2);
    }

    private Task<TokenValidationResult> ValidateAsync(string token) =>
        _tokens.ValidateTokenAsync(
            token,
            new()
            {
                ValidIssuer = "marios-pizzeria",
                ValidAudience = "marios-pizzeria",
                IssuerSigningKeyResolver = (_, _, _, _) =>
                {
                    _keysAsked++;
                    return [Key];
                },
            }
        );

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
