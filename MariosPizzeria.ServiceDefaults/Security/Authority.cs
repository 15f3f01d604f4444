using System.Text.Json;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace MariosPizzeria.ServiceDefaults.Security;

/// <summary>
/// An OpenID provider that keeps the accounts in place of the Order service (OpenID Connect Discovery 1.0). Its documents are got
/// when they are first needed, again twice a day, and at once when a token is signed with a key that is not among them.
/// </summary>
public sealed class Authority
{
    // RFC 8725, 3.1: never "none", and never a shared secret, which a public key could be passed off as.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.RsaSha384,
        SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.EcdsaSha512,
    ];

    private const int LongestName = 255;

    // No more often than this, whatever keys a caller makes up.
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly AuthoritySettings _settings;
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _documents;

    internal Authority(AuthoritySettings settings, bool isHttps)
    {
        _settings = settings;
        _documents = new(
            $"{settings.Address.AbsoluteUri.TrimEnd('/')}/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(new HttpClient { Timeout = Patience }) { RequireHttps = isHttps }
        )
        {
            RefreshInterval = AskAgainAfter,

            // A key that was withdrawn is not to be believed for an hour more because it once was good.
            UseLastKnownGoodConfiguration = false,
        };
    }

    /// <summary>Where it is.</summary>
    public Uri Address => _settings.Address;

    /// <summary>Whom a token must be for, to be believed by the services.</summary>
    public string Audience => _settings.Audience;

    /// <summary>Where its endpoints are.</summary>
    /// <exception cref="ServiceUnavailableException">It has never answered yet.</exception>
    public async Task<OpenIdConnectConfiguration> Documents(CancellationToken cancellationToken)
    {
        try
        {
            return await _documents.GetConfigurationAsync(cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new ServiceUnavailableException("authority", e);
        }
    }

    /// <summary>Whom a token of the authority names; null where it is none, is over, or is meant for somebody else.</summary>
    public async Task<AuthorityUser?> Validate(string token, string audience)
    {
        var validated = await _handler.ValidateTokenAsync(token, Rules(audience));
        return validated.IsValid && !Tokens.HasCriticalHeader(validated.SecurityToken)
            ? UserOf((JsonWebToken)validated.SecurityToken)
            : null;
    }

    /// <summary>What makes a token one of the authority's.</summary>
    internal TokenValidationParameters Rules(string audience) =>
        new()
        {
            ConfigurationManager = _documents,
            ValidAudience = audience,
            ValidAlgorithms = Algorithms,
            NameClaimType = Tokens.NameClaim,
            RoleClaimType = Tokens.RolesClaim,
            ClockSkew = TimeSpan.FromSeconds(30),
        };

    /// <summary>The person behind a token that was validated; null where it does not say who that is.</summary>
    internal AuthorityUser? UserOf(JsonWebToken token)
    {
        if (token.Subject is not { Length: > 0 and <= 255 } id)
        {
            return null;
        }

        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var claims = payload.RootElement;
        var username = Readable(claims, "preferred_username") ?? Readable(claims, "email") ?? id;
        var theirs = RolesIn(claims);
        return new(
            id,
            username,
            Readable(claims, Tokens.NameClaim) ?? username,
            [.. _settings.Roles.Where(role => theirs.Contains(role.Value)).Select(role => role.Key)],
            Text(claims, "nonce")
        );
    }

    // What no one here could be called is passed over, not refused: its owner can't change it here.
    private static string? Readable(JsonElement claims, string claim) =>
        Text(claims, claim) is { } text && PlainText.IsLine(text, LongestName) ? text : null;

    private static string? Text(JsonElement claims, string claim) =>
        claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    // A claim's name may have dots in it (a URL); else they lead into it, as in Keycloak's "realm_access.roles".
    private HashSet<string> RolesIn(JsonElement claims)
    {
        if (!claims.TryGetProperty(_settings.RoleClaim, out var value))
        {
            value = claims;
            foreach (var step in _settings.RoleClaim.Split('.'))
            {
                if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(step, out value))
                {
                    return [];
                }
            }
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array =>
            [
                .. value.EnumerateArray().Where(role => role.ValueKind == JsonValueKind.String).Select(role => role.GetString()!),
            ],
            _ => [],
        };
    }
}

/// <summary>Somebody as the authority knows him.</summary>
/// <param name="Id">Its id for him (<c>sub</c>), which stays.</param>
/// <param name="Username">As he calls himself there.</param>
/// <param name="Name">The display name.</param>
/// <param name="Roles">Of ours; none of them is ever <see cref="Security.Roles.Service"/>.</param>
/// <param name="Nonce">What an ID token was asked for with.</param>
public sealed record AuthorityUser(string Id, string Username, string Name, IReadOnlyList<string> Roles, string? Nonce);

/// <summary>What the operator says of the authority.</summary>
/// <param name="Address">Its issuer address, below which its discovery document is.</param>
/// <param name="Audience">Whom its access tokens for us are for.</param>
/// <param name="RoleClaim">Where it says somebody's roles.</param>
/// <param name="Roles">Our roles, and what it calls them.</param>
internal sealed record AuthoritySettings(Uri Address, string Audience, string RoleClaim, IReadOnlyDictionary<string, string> Roles)
{
    private const string AddressSetting = "Oidc:Authority";
    private const string RoleNamesSetting = "Oidc:RoleNames";

    /// <summary>The settings, or null where the pizzeria keeps its accounts itself.</summary>
    public static AuthoritySettings? Read(WebApplicationBuilder builder)
    {
        if (builder.Configuration[AddressSetting] is not { Length: > 0 } text)
        {
            return null;
        }

        // Before the address: a fault in that must not hide one in these.
        var roles = RoleNames(builder);
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var address)
            || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && builder.Environment.IsDevelopment()))
        )
        {
            builder.ReportFault("Oidc__Authority", "is not an https:// address");
            return null;
        }

        return new(
            address,
            builder.Configuration["Oidc:Audience"] is { Length: > 0 } audience ? audience : Tokens.Issuer,
            builder.Configuration["Oidc:RoleClaim"] is { Length: > 0 } claim ? claim : Tokens.RolesClaim,
            roles
        );
    }

    private static Dictionary<string, string> RoleNames(WebApplicationBuilder builder)
    {
        var names = Security.Roles.Staff.Append(Security.Roles.Customer).ToDictionary(role => role, StringComparer.Ordinal);
        foreach (
            var pair in (builder.Configuration[RoleNamesSetting] ?? "").Split(
                ',',
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
            )
        )
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is [var role, { Length: > 0 } theirs] && names.ContainsKey(role))
            {
                names[role] = theirs;
            }
            else
            {
                builder.ReportFault("Oidc__RoleNames", "is not a list like manager=their-name,chef=their-name");
            }
        }

        return names;
    }
}
