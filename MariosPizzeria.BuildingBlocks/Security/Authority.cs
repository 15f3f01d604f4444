using MariosPizzeria.ServiceDefaults.Clients;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace MariosPizzeria.BuildingBlocks.Security;

/// <summary>
/// An OpenID provider that keeps the accounts instead of the Order service (OpenID Connect Discovery 1.0). Its documents are loaded on
/// first use, again twice a day, and immediately when a token is signed with a key that they do not contain.
/// </summary>
public sealed class Authority
{
    // RFC 8725, 3.1: never "none", and never a shared secret, because a public key could be used as that secret.
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

    // The minimum interval between two loads, whatever key ids a caller invents.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly AuthoritySettings _settings;
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _documents;

    internal Authority(AuthoritySettings settings, bool isHttps)
    {
        _settings = settings;
        _documents = new(
            $"{settings.Address.AbsoluteUri.TrimEnd('/')}/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(new HttpClient { Timeout = RequestTimeout }) { RequireHttps = isHttps }
        )
        {
            RefreshInterval = RefreshInterval,

            // A withdrawn key must not be accepted for another hour because it was valid before.
            UseLastKnownGoodConfiguration = false,
        };
    }

    /// <summary>The authority's address.</summary>
    public Uri Address => _settings.Address;

    /// <summary>The audience that a token must have to be accepted by the services.</summary>
    public string Audience => _settings.Audience;

    /// <summary>Returns the discovery document, with the addresses of the authority's endpoints.</summary>
    /// <exception cref="ServiceUnavailableException">The authority has not answered yet.</exception>
    public async Task<OpenIdConnectConfiguration> DocumentsAsync(CancellationToken cancellationToken)
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

    /// <summary>
    /// Returns the user of a token of the authority; null if it is no valid token, has expired, or is for another audience.
    /// </summary>
    public async Task<AuthorityUser?> ValidateAsync(string token, string audience)
    {
        var validated = await _handler.ValidateTokenAsync(token, ValidationParameters(audience));
        return validated.IsValid && !AccessTokenIssuer.HasCriticalHeader(validated.SecurityToken)
            ? UserOf((JsonWebToken)validated.SecurityToken)
            : null;
    }

    /// <summary>Returns the rules by which a token of the authority is validated.</summary>
    internal TokenValidationParameters ValidationParameters(string audience) =>
        new()
        {
            ConfigurationManager = _documents,
            ValidAudience = audience,
            ValidAlgorithms = Algorithms,
            NameClaimType = AccessTokenIssuer.NameClaim,
            RoleClaimType = AccessTokenIssuer.RolesClaim,
            ClockSkew = TimeSpan.FromSeconds(30),
        };

    /// <summary>Returns the user of a token that was validated; null if the token does not name one.</summary>
    internal AuthorityUser? UserOf(JsonWebToken token)
    {
        if (token.Subject is not { Length: > 0 and <= 255 } id)
        {
            return null;
        }

        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var claims = payload.RootElement;
        var username = ReadableTextOrNull(claims, "preferred_username") ?? ReadableTextOrNull(claims, "email") ?? id;
        var theirs = RolesIn(claims);
        return new(
            id,
            username,
            ReadableTextOrNull(claims, AccessTokenIssuer.NameClaim) ?? username,
            [.. _settings.Roles.Where(role => theirs.Contains(role.Value)).Select(role => role.Key)],
            Text(claims, "nonce")
        );
    }

    // A name that is not allowed here is ignored instead of rejected, because the user cannot change it here.
    private static string? ReadableTextOrNull(JsonElement claims, string claim) =>
        Text(claims, claim) is { } text && PlainText.IsLine(text, LongestName) ? text : null;

    private static string? Text(JsonElement claims, string claim) =>
        claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    // A claim's name may contain dots (a URL); otherwise the dots separate nested names, as in Keycloak's "realm_access.roles".
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

/// <summary>A user account of the authority.</summary>
/// <param name="Id">The authority's permanent id of the user (<c>sub</c>).</param>
/// <param name="Username">The user's login name there.</param>
/// <param name="Name">The display name.</param>
/// <param name="Roles">The user's roles, in our names; none of them is ever <see cref="Security.Roles.Service"/>.</param>
/// <param name="Nonce">The nonce with which an ID token was requested.</param>
public sealed record AuthorityUser(string Id, string Username, string Name, IReadOnlyList<string> Roles, string? Nonce);

/// <summary>The operator's settings for the authority.</summary>
/// <param name="Address">Its issuer address, below which its discovery document is.</param>
/// <param name="Audience">The audience of its access tokens for our services.</param>
/// <param name="RoleClaim">The claim that contains a user's roles.</param>
/// <param name="Roles">Our roles, and the authority's names for them.</param>
internal sealed record AuthoritySettings(Uri Address, string Audience, string RoleClaim, IReadOnlyDictionary<string, string> Roles)
{
    private const string AddressSetting = "Oidc:Authority";
    private const string RoleNamesSetting = "Oidc:RoleNames";

    /// <summary>Reads the settings; returns null if the pizzeria keeps its accounts itself.</summary>
    public static AuthoritySettings? Read(WebApplicationBuilder builder)
    {
        if (builder.Configuration[AddressSetting] is not { Length: > 0 } text)
        {
            return null;
        }

        // Before the address, so that an error in the address does not hide an error in the role names.
        var roles = RoleNames(builder);
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var address)
            || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && builder.Environment.IsDevelopment()))
        )
        {
            builder.ReportError("Oidc__Authority", "is not an https:// address");
            return null;
        }

        return new(
            address,
            builder.Configuration["Oidc:Audience"] is { Length: > 0 } audience ? audience : AccessTokenIssuer.Issuer,
            builder.Configuration["Oidc:RoleClaim"] is { Length: > 0 } claim ? claim : AccessTokenIssuer.RolesClaim,
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
                builder.ReportError("Oidc__RoleNames", "is not a list like manager=their-name,chef=their-name");
            }
        }

        return names;
    }
}
