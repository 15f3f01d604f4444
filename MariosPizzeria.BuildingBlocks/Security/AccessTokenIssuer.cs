using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using MariosPizzeria.ServiceDefaults.Clients;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MariosPizzeria.BuildingBlocks.Security;

/// <summary>Issues the tokens that every service of this deployment accepts (RFC 7519, HMAC-SHA256 with <c>JWT_SECRET_KEY</c>).</summary>
public sealed class AccessTokenIssuer
{
    /// <summary>The lifetime of a program's token, as in the response of <c>/api/auth/token</c>.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private static readonly TimeSpan ServiceLifetime = TimeSpan.FromMinutes(1);

    internal const string SubjectClaim = "sub";
    internal const string NameClaim = "name";
    internal const string RolesClaim = "roles";
    internal const string IssuerClaim = "iss";
    internal const string AccessVersionClaim = "access_version";
    internal const string Issuer = "marios-pizzeria";

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials;
    private readonly TimeProvider _time;
    private ServiceToken? _ofService;

    internal AccessTokenIssuer(SecurityKey key, TimeProvider time) =>
        (_credentials, _time) = (new SigningCredentials(key, SecurityAlgorithms.HmacSha256), time);

    /// <summary>Issues a signed token.</summary>
    /// <param name="userId">The value of <c>sub</c>.</param>
    /// <param name="name">The user's display name.</param>
    /// <param name="roles">Some of <see cref="Roles"/>.</param>
    /// <param name="lifetime">The time until the token expires, from now.</param>
    /// <param name="accessVersion">The account's access version at sign-in: the token is valid as long as the account has it.</param>
    public string Issue(string userId, string name, IEnumerable<string> roles, TimeSpan lifetime, long accessVersion = 0)
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
                    [AccessVersionClaim] = accessVersion,
                },
            }
        );
    }

    /// <summary>
    /// Whether a token has critical headers that must be understood (RFC 7515, 4.1.11). None is supported here, so such a token is
    /// rejected; the library ignores the header.
    /// </summary>
    internal static bool HasCriticalHeader(SecurityToken token) =>
        token is JsonWebToken jwt && jwt.TryGetHeaderValue<object>("crit", out _);

    /// <summary>
    /// Returns a token with which one of our processes calls another. It is valid for at least half a minute; all calls of the process
    /// share it.
    /// </summary>
    public string ForService(string service)
    {
        var now = _time.GetUtcNow();
        var kept = _ofService;
        if (kept is null || kept.Service != service || now >= kept.Until)
        {
            _ofService = kept = new(service, Issue(service, service, [Roles.Service], ServiceLifetime), now + (ServiceLifetime / 2));
        }

        return kept.Token;
    }

    private sealed record ServiceToken(string Service, string Token, DateTimeOffset Until);
}

internal static class TokenRegistration
{
    private const string Setting = "JWT_SECRET_KEY";
    private const string Bearer = "Bearer ";
    private const string LocalScheme = "pizzeria";
    private const string AuthorityScheme = "authority";

    private static readonly JsonWebTokenHandler Reader = new();

    // RFC 7518, 3.2: a key of at least the hash's size.
    private const int MinimumKeyBytes = 32;

    public static void AddTokens(this WebApplicationBuilder builder)
    {
        var secret = Key(builder);
        var key = new SymmetricSecurityKey(secret);
        builder.Services.AddSingleton(new ServerKey(secret));
        builder.Services.AddSingleton<SealedClientAddress>();
        builder.Services.AddSingleton(provider => new AccessTokenIssuer(key, provider.GetRequiredService<TimeProvider>()));
        var authentication = builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme);
        if (AuthoritySettings.Read(builder) is not { } settings)
        {
            authentication.AddJwtBearer(bearer => ConfigureLocalBearer(bearer, key));
        }
        else
        {
            var authority = new Authority(settings, isHttps: settings.Address.Scheme == Uri.UriSchemeHttps);
            builder.Services.AddSingleton(authority);

            // The gateway still issues tokens for sessions, and our own processes still call each other. Each kind of token has its own
            // rules, so that neither is accepted as the other.
            authentication
                .AddPolicyScheme(
                    JwtBearerDefaults.AuthenticationScheme,
                    displayName: null,
                    policy => policy.ForwardDefaultSelector = context => IsLocallyIssued(context.Request) ? LocalScheme : AuthorityScheme
                )
                .AddJwtBearer(LocalScheme, bearer => ConfigureLocalBearer(bearer, key))
                .AddJwtBearer(AuthorityScheme, bearer => ConfigureBearer(bearer, authority));
        }

        builder.Services.AddAuthorization();
    }

    private static TokenValidationParameters LocalValidationParameters(SecurityKey key) =>
        new()
        {
            ValidIssuer = AccessTokenIssuer.Issuer,
            ValidAudience = AccessTokenIssuer.Issuer,
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            NameClaimType = AccessTokenIssuer.NameClaim,
            RoleClaimType = AccessTokenIssuer.RolesClaim,
            ClockSkew = TimeSpan.FromSeconds(30),
        };

    private static void ConfigureLocalBearer(JwtBearerOptions bearer, SecurityKey key)
    {
        ConfigureBearer(bearer, LocalValidationParameters(key));
        bearer.TokenHandlers.Clear();
        bearer.TokenHandlers.Add(new ValidatedTokenCache(TimeProvider.System));
        bearer.Events = new()
        {
            OnTokenValidated = async context =>
            {
                if (RejectCriticalHeaders(context))
                {
                    return;
                }

                var http = context.HttpContext;
                if (
                    http.RequestServices.GetService<AccountAccess>() is { } access
                    && !await access.AllowsAsync(context.Principal!, http.RequestAborted)
                )
                {
                    context.Fail("Access to the account was revoked.");
                }
            },
        };
    }

    private static void ConfigureBearer(JwtBearerOptions bearer, TokenValidationParameters rules)
    {
        bearer.MapInboundClaims = false;
        bearer.IncludeErrorDetails = false;
        bearer.TokenValidationParameters = rules;
    }

    private static void ConfigureBearer(JwtBearerOptions bearer, Authority authority)
    {
        ConfigureBearer(bearer, authority.ValidationParameters(authority.Audience));
        bearer.Events = new()
        {
            // A token is not rejected as invalid because the authority has never answered.
            OnMessageReceived = async context =>
            {
                if (context.Request.Headers.Authorization.Count == 0)
                {
                    return;
                }

                try
                {
                    await authority.DocumentsAsync(context.HttpContext.RequestAborted);
                }
                catch (ServiceUnavailableException)
                {
                    context.HttpContext.Items[AuthorityScheme] = false;
                    context.NoResult();
                }
            },
            OnChallenge = async context =>
            {
                if (context.HttpContext.Items.ContainsKey(AuthorityScheme))
                {
                    context.HandleResponse();
                    await Problems.WriteAsync(context.HttpContext, Error.Unavailable("The authority that signs users in does not answer."));
                }
            },
            OnTokenValidated = context =>
            {
                if (RejectCriticalHeaders(context))
                {
                    return Task.CompletedTask;
                }

                if (context.SecurityToken is JsonWebToken token && authority.UserOf(token) is { } user)
                {
                    context.Principal = new(
                        new ClaimsIdentity(
                            [
                                new(AccessTokenIssuer.SubjectClaim, user.Id),
                                new(AccessTokenIssuer.NameClaim, user.Name),
                                .. user.Roles.Select(role => new Claim(AccessTokenIssuer.RolesClaim, role)),
                            ],
                            AuthorityScheme,
                            AccessTokenIssuer.NameClaim,
                            AccessTokenIssuer.RolesClaim
                        )
                    );
                }
                else
                {
                    context.Fail("The token does not identify a user.");
                }

                return Task.CompletedTask;
            },
        };
    }

    private static bool RejectCriticalHeaders(TokenValidatedContext context)
    {
        var isRefused = AccessTokenIssuer.HasCriticalHeader(context.SecurityToken);
        if (isRefused)
        {
            context.Fail("The token has a critical header that is not supported.");
        }

        return isRefused;
    }

    // Selects only the rules for the token; the validation then checks all of it.
    private static bool IsLocallyIssued(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header
        && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && Reader.CanReadToken(header[Bearer.Length..])
        && IssuerOf(header[Bearer.Length..]) == AccessTokenIssuer.Issuer;

    private static string? IssuerOf(string token)
    {
        try
        {
            return Reader.ReadJsonWebToken(token).Issuer;
        }
        catch (ArgumentException)
        {
            return null; // three parts that are not a token
        }
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

            builder.ReportError(Setting, $"is shorter than {MinimumKeyBytes} bytes");
        }
        else
        {
            builder.RequireOutsideDevelopment(Setting);
        }

        // A random key of this process alone: the process works, but rejects the tokens of other processes, as is intended for a missing
        // secret.
        return RandomNumberGenerator.GetBytes(MinimumKeyBytes);
    }
}
