using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MariosPizzeria.BuildingBlocks.Security;

/// <summary>
/// Validates tokens by their signature and claims, and caches the valid ones for a while, so that the signature of a token is not verified
/// again for every request of a client. Whether the account may still be used is checked for each request, by <see cref="AccountAccess"/>.
/// </summary>
internal sealed class ValidatedTokenCache(TimeProvider time) : TokenHandler
{
    /// <summary>How long a token is accepted without another validation: the bound within which access ends when it is withdrawn.</summary>
    public static readonly TimeSpan CacheDuration = TimeSpan.FromMinutes(1);

    // A few hundred bytes each. At this number the cache is cleared and all tokens are validated again, which costs only time.
    private const int MaxCachedTokens = 10_000;

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, (TokenValidationResult Result, DateTimeOffset Until)> _valid = new(
        StringComparer.Ordinal
    );

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        var now = time.GetUtcNow();
        if (_valid.TryGetValue(token, out var known))
        {
            if (now < known.Until)
            {
                return known.Result;
            }

            _valid.TryRemove(token, out _);
        }

        var result = await _handler.ValidateTokenAsync(token, validationParameters);
        if (result.IsValid)
        {
            if (_valid.Count >= MaxCachedTokens)
            {
                _valid.Clear();
            }

            var expires = new DateTimeOffset(result.SecurityToken.ValidTo, TimeSpan.Zero);
            _valid[token] = (result, now + CacheDuration < expires ? now + CacheDuration : expires);
        }

        return result;
    }
}
