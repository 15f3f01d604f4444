using System.Security.Cryptography;
using System.Text;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MariosPizzeria.ServiceDefaults.Security;

/// <summary>
/// Makes the tokens that every service of this deployment believes (RFC 7519, HMAC-SHA256 with <c>JWT_SECRET_KEY</c>).
/// </summary>
public sealed class Tokens
{
    /// <summary>How long a program's token holds, in the answer of <c>/api/auth/token</c>.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    internal const string SubjectClaim = "sub";
    internal const string NameClaim = "name";
    internal const string RolesClaim = "roles";
    internal const string Issuer = "marios-pizzeria";

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials;
    private readonly TimeProvider _time;

    internal Tokens(SecurityKey key, TimeProvider time) =>
        (_credentials, _time) = (new SigningCredentials(key, SecurityAlgorithms.HmacSha256), time);

    /// <summary>A signed token.</summary>
    /// <param name="userId">Becomes <c>sub</c>.</param>
    /// <param name="name">The user's display name.</param>
    /// <param name="roles">Some of <see cref="Roles"/>.</param>
    /// <param name="lifetime">From now.</param>
    public string Issue(string userId, string name, IEnumerable<string> roles, TimeSpan lifetime)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = Issuer,
                IssuedAt = now,
                NotBefore = now,
                Expires = now + lifetime,
                SigningCredentials = _credentials,
                Claims = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    [SubjectClaim] = userId,
                    [NameClaim] = name,
                    [RolesClaim] = roles.ToArray(),
                },
            }
        );
    }

    /// <summary>A token with which one of our processes calls another; it holds for a minute.</summary>
    public string ForService(string service) => Issue(service, service, [Roles.Service], TimeSpan.FromMinutes(1));
}

/// <summary>Sets up issuing and checking tokens.</summary>
internal static class TokenRegistration
{
    private const string Setting = "JWT_SECRET_KEY";

    // RFC 7518, 3.2: a key of at least the hash's size.
    private const int MinimumKeyBytes = 32;

    public static void AddTokens(this WebApplicationBuilder builder)
    {
        var key = new SymmetricSecurityKey(Key(builder));
        builder.Services.AddSingleton(provider => new Tokens(key, provider.GetRequiredService<TimeProvider>()));
        builder
            .Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(bearer =>
            {
                bearer.MapInboundClaims = false;
                bearer.IncludeErrorDetails = false;
                bearer.TokenValidationParameters = new()
                {
                    ValidIssuer = Tokens.Issuer,
                    ValidAudience = Tokens.Issuer,
                    IssuerSigningKey = key,
                    ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
                    NameClaimType = Tokens.NameClaim,
                    RoleClaimType = Tokens.RolesClaim,
                    ClockSkew = TimeSpan.FromSeconds(30),
                };
            });
        builder.Services.AddAuthorization();
    }

    private static byte[] Key(WebApplicationBuilder builder)
    {
        if (builder.Configuration[Setting] is { Length: > 0 } secret)
        {
            var bytes = Encoding.UTF8.GetBytes(secret);
            if (bytes.Length >= MinimumKeyBytes)
            {
                return bytes;
            }

            builder.ReportFault(Setting, $"is shorter than {MinimumKeyBytes} bytes");
        }
        else
        {
            builder.RequireOutsideDevelopment(Setting);
        }

        // Of this process alone: it works, and no other process's tokens do, which is what a missing secret should mean.
        return RandomNumberGenerator.GetBytes(MinimumKeyBytes);
    }
}
