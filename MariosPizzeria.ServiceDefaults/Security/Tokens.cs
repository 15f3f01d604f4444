using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Http;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
    internal const string IssuerClaim = "iss";
    internal const string AccessVersionClaim = "access_version";
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
    /// <param name="accessVersion">The account's at sign-in: the token counts as long as the account has it.</param>
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
    /// Whether a token says that some header must be understood (RFC 7515, 4.1.11). None is here, so such a token is refused; the
    /// library passes over it.
    /// </summary>
    internal static bool HasCriticalHeader(SecurityToken token) =>
        token is JsonWebToken jwt && jwt.TryGetHeaderValue<object>("crit", out _);

    /// <summary>A token with which one of our processes calls another; it holds for a minute.</summary>
    public string ForService(string service) => Issue(service, service, [Roles.Service], TimeSpan.FromMinutes(1));
}

/// <summary>Sets up issuing and checking tokens.</summary>
internal static class TokenRegistration
{
    private const string Setting = "JWT_SECRET_KEY";
    private const string Bearer = "Bearer ";
    private const string OwnScheme = "pizzeria";
    private const string AuthorityScheme = "authority";

    private static readonly JsonWebTokenHandler Reader = new();

    // RFC 7518, 3.2: a key of at least the hash's size.
    private const int MinimumKeyBytes = 32;

    public static void AddTokens(this WebApplicationBuilder builder)
    {
        var secret = Key(builder);
        var key = new SymmetricSecurityKey(secret);
        builder.Services.AddSingleton(new ServerKey(secret));
        builder.Services.AddSingleton<ClientAddress>();
        builder.Services.AddSingleton(provider => new Tokens(key, provider.GetRequiredService<TimeProvider>()));
        var authentication = builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme);
        if (AuthoritySettings.Read(builder) is not { } settings)
        {
            authentication.AddJwtBearer(bearer => BelieveOwn(bearer, key));
        }
        else
        {
            var authority = new Authority(settings, isHttps: settings.Address.Scheme == Uri.UriSchemeHttps);
            builder.Services.AddSingleton(authority);

            // The gateway still makes tokens of sessions, and processes of ours still call each other. Each kind has its own rules, so
            // that neither passes for the other.
            authentication
                .AddPolicyScheme(
                    JwtBearerDefaults.AuthenticationScheme,
                    displayName: null,
                    policy => policy.ForwardDefaultSelector = context => IsOwn(context.Request) ? OwnScheme : AuthorityScheme
                )
                .AddJwtBearer(OwnScheme, bearer => BelieveOwn(bearer, key))
                .AddJwtBearer(AuthorityScheme, bearer => Believe(bearer, authority));
        }

        builder.Services.AddAuthorization();
    }

    private static TokenValidationParameters OwnRules(SecurityKey key) =>
        new()
        {
            ValidIssuer = Tokens.Issuer,
            ValidAudience = Tokens.Issuer,
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            NameClaimType = Tokens.NameClaim,
            RoleClaimType = Tokens.RolesClaim,
            ClockSkew = TimeSpan.FromSeconds(30),
        };

    private static void BelieveOwn(JwtBearerOptions bearer, SecurityKey key)
    {
        Believe(bearer, OwnRules(key));
        bearer.Events = new()
        {
            OnTokenValidated = async context =>
            {
                if (RefuseCritical(context))
                {
                    return;
                }

                var http = context.HttpContext;
                if (
                    http.RequestServices.GetService<AccountAccess>() is { } access
                    && !await access.AllowsAsync(context.Principal!, http.RequestAborted)
                )
                {
                    context.Fail("Access to the account was withdrawn.");
                }
            },
        };
    }

    private static void Believe(JwtBearerOptions bearer, TokenValidationParameters rules)
    {
        bearer.MapInboundClaims = false;
        bearer.IncludeErrorDetails = false;
        bearer.TokenValidationParameters = rules;
    }

    private static void Believe(JwtBearerOptions bearer, Authority authority)
    {
        Believe(bearer, authority.Rules(authority.Audience));
        bearer.Events = new()
        {
            // An authority that has never answered is no reason to call a token wrong.
            OnMessageReceived = async context =>
            {
                if (context.Request.Headers.Authorization.Count == 0)
                {
                    return;
                }

                try
                {
                    await authority.Documents(context.HttpContext.RequestAborted);
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
                    await Problems.Write(context.HttpContext, Fault.Unavailable("The authority that signs users in does not answer."));
                }
            },
            OnTokenValidated = context =>
            {
                if (RefuseCritical(context))
                {
                    return Task.CompletedTask;
                }

                if (context.SecurityToken is JsonWebToken token && authority.UserOf(token) is { } user)
                {
                    context.Principal = new(
                        new ClaimsIdentity(
                            [
                                new(Tokens.SubjectClaim, user.Id),
                                new(Tokens.NameClaim, user.Name),
                                .. user.Roles.Select(role => new Claim(Tokens.RolesClaim, role)),
                            ],
                            AuthorityScheme,
                            Tokens.NameClaim,
                            Tokens.RolesClaim
                        )
                    );
                }
                else
                {
                    context.Fail("It does not say whose it is.");
                }

                return Task.CompletedTask;
            },
        };
    }

    private static bool RefuseCritical(TokenValidatedContext context)
    {
        var isRefused = Tokens.HasCriticalHeader(context.SecurityToken);
        if (isRefused)
        {
            context.Fail("It has a critical header that is not understood.");
        }

        return isRefused;
    }

    // Only by which rules it is to be judged; they look at all of it.
    private static bool IsOwn(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header
        && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && Reader.CanReadToken(header[Bearer.Length..])
        && IssuerOf(header[Bearer.Length..]) == Tokens.Issuer;

    private static string? IssuerOf(string token)
    {
        try
        {
            return Reader.ReadJsonWebToken(token).Issuer;
        }
        catch (ArgumentException)
        {
            return null; // three parts that are no token
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
