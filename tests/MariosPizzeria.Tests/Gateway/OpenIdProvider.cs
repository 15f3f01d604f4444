using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>
/// A small OpenID provider on a real server: discovery, keys, authorize, token. A request to its sign-in page signs in
/// <see cref="User"/> at once.
/// </summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "pizzeria-web";
    public const string ClientSecret = "a secret/with: what must be encoded";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, IQueryCollection> _codes = new(StringComparer.Ordinal);
    private readonly List<RsaSecurityKey> _keys = [];

    private OpenIdProvider(WebApplication app) => _app = app;

    /// <summary>The address of the issuer.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>The user who signs in: the subject, and claims besides <c>sub</c>.</summary>
    public (string Subject, Dictionary<string, object> Claims) User { get; set; } = ("ada-1", []);

    /// <summary>The nonce in the ID token in place of the requested one.</summary>
    public string? OtherNonce { get; set; }

    /// <summary>Whether every request is answered with 500.</summary>
    public bool IsBroken { get; set; }

    public static async Task<OpenIdProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new OpenIdProvider(app);
        provider.NewKey();
        app.Use((context, next) => provider.IsBroken ? BrokenAsync(context) : next(context));
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(provider.Discovery()));
        app.MapGet("/keys", () => Results.Json(new { keys = provider.Keys() }));
        app.MapGet("/authorize", provider.Authorize);
        app.MapPost("/token", provider.Token);
        await app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Creates a new signing key and removes the old one.</summary>
    public void NewKey()
    {
        _keys.Clear();
        _keys.Add(new RsaSecurityKey(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") });
    }

    /// <summary>Issues a token of this provider.</summary>
    public string Issue(
        string subject,
        string audience,
        Dictionary<string, object> claims,
        SigningCredentials? by = null,
        int minutes = 5,
        IDictionary<string, object>? headers = null
    ) =>
        new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = Address,
                Audience = audience,
                IssuedAt = DateTime.UtcNow.AddMinutes(-10),
                NotBefore = DateTime.UtcNow.AddMinutes(-10),
                Expires = DateTime.UtcNow.AddMinutes(minutes),
                AdditionalHeaderClaims = headers,
                SigningCredentials = by ?? new SigningCredentials(_keys[0], SecurityAlgorithms.RsaSha256),
                Claims = new Dictionary<string, object>(claims, StringComparer.Ordinal) { ["sub"] = subject },
            }
        );

    /// <summary>The public key as a shared secret, for an attack on a verifier that does not check the algorithm.</summary>
    public SigningCredentials PublicKeyAsSecret() =>
        new(new SymmetricSecurityKey(_keys[0].Rsa.ExportSubjectPublicKeyInfo()) { KeyId = _keys[0].KeyId }, SecurityAlgorithms.HmacSha256);

    private static Task BrokenAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return Task.CompletedTask;
    }

    private object Discovery() =>
        new
        {
            issuer = Address,
            authorization_endpoint = $"{Address}/authorize",
            token_endpoint = $"{Address}/token",
            end_session_endpoint = $"{Address}/end",
            jwks_uri = $"{Address}/keys",
        };

    private IEnumerable<object> Keys() =>
        _keys
            .Select(key =>
                JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(key.Rsa.ExportParameters(false)) { KeyId = key.KeyId })
            )
            .Select(key => new
            {
                kty = key.Kty,
                kid = key.Kid,
                use = "sig",
                alg = "RS256",
                n = key.N,
                e = key.E,
            });

    private IResult Authorize(HttpRequest request)
    {
        var asked = request.Query;
        if (asked["client_id"] != ClientId || asked["response_type"] != "code" || asked["code_challenge_method"] != "S256")
        {
            return Results.BadRequest();
        }

        var code = Guid.NewGuid().ToString("N");
        _codes[code] = asked;
        return Results.Redirect($"{asked["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(asked["state"]!)}");
    }

    private async Task<IResult> Token(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var client = $"{Uri.EscapeDataString(ClientId)}:{System.Net.WebUtility.UrlEncode(ClientSecret)}";
        return request.Headers.Authorization != $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(client))}" ? Results.Unauthorized()
            : !_codes.TryRemove(form["code"].ToString(), out var asked)
            || form["grant_type"] != "authorization_code"
            || form["redirect_uri"] != asked["redirect_uri"]
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())))
                != asked["code_challenge"]
                ? Results.BadRequest(new { error = "invalid_grant" })
            : Results.Json(
                new
                {
                    token_type = "Bearer",
                    access_token = "not looked at",
                    id_token = Issue(
                        User.Subject,
                        ClientId,
                        new Dictionary<string, object>(User.Claims) { ["nonce"] = OtherNonce ?? asked["nonce"].ToString() }
                    ),
                }
            );
    }
}
