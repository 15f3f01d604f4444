using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>The gateway's registration at the authority.</summary>
/// <param name="Id">The client id.</param>
/// <param name="Secret">The client secret; null for a public client, where only PKCE protects against a stolen code.</param>
internal sealed record AuthorityClient(string Id, string? Secret);

/// <summary>
/// A sign-in that has begun. The browser keeps it in a cookie that is sent to the sign-in pages only, so that any gateway can complete it
/// and nothing is stored on the server.
/// </summary>
/// <param name="State">The value that the browser must bring back.</param>
/// <param name="Nonce">The value that the ID token must contain.</param>
/// <param name="Verifier">The PKCE code verifier (RFC 7636).</param>
/// <param name="Return">The address to return to afterwards; null for the default.</param>
public sealed record SignInAttempt(string State, string Nonce, string Verifier, string? Return)
{
    private const string Cookie = "mario_signin";

    // Browsers keep cookies of up to 4 KiB. A longer return address is dropped, and the visitor continues at the menu.
    private const int MaxReturnLength = 1000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>Creates a sign-in with unguessable values.</summary>
    public static SignInAttempt To(string? address) =>
        new(RandomText(), RandomText(), RandomText(), address is { Length: <= MaxReturnLength } ? address : null);

    /// <summary>Stores the sign-in in a cookie of the browser.</summary>
    public void Keep(HttpContext context) =>
        context.Response.Cookies.Append(
            Cookie,
            Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, PizzeriaJson.Options)),
            Options(context, Lifetime)
        );

    /// <summary>Reads the sign-in from the cookie and deletes the cookie; null if there is none or it is malformed.</summary>
    public static SignInAttempt? Take(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } value)
        {
            return null;
        }

        context.Response.Cookies.Delete(Cookie, Options(context, maxAge: null));
        try
        {
            return JsonSerializer.Deserialize<SignInAttempt>(Base64Url.DecodeFromChars(value), PizzeriaJson.Options);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private static CookieOptions Options(HttpContext context, TimeSpan? maxAge) =>
        new()
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = maxAge,
            Path = "/signin",
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        };

    private static string RandomText() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

/// <summary>Signs browsers in at the authority: the authorization code flow (OpenID Connect Core 1.0, 3.1) with PKCE.</summary>
internal sealed partial class AuthoritySignIn(Authority authority, AuthorityClient client, HttpClient http, ILogger<AuthoritySignIn> logger)
{
    /// <summary>The path to which the authority redirects browsers; it must be registered there.</summary>
    public const string Callback = "/signin/callback";

    /// <summary>Returns the authority's address to which the browser is redirected.</summary>
    public async Task<string> AddressForAsync(SignInAttempt attempt, HttpRequest request)
    {
        var message = new OpenIdConnectMessage
        {
            IssuerAddress = (await authority.DocumentsAsync(request.HttpContext.RequestAborted)).AuthorizationEndpoint,
            ClientId = client.Id,
            RedirectUri = At(request, Callback),
            ResponseType = OpenIdConnectResponseType.Code,
            Scope = OpenIdConnectScope.OpenIdProfile,
            State = attempt.State,
            Nonce = attempt.Nonce,
            EnableTelemetryParameters = false,
        };
        message.SetParameter("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(attempt.Verifier))));
        message.SetParameter("code_challenge_method", "S256");
        return message.CreateAuthenticationRequestUrl();
    }

    /// <summary>Redeems an authorization code for the user who signed in.</summary>
    /// <returns>The user; <c>forbidden</c> if the code is refused or the token invalid, <c>unavailable</c> without an answer.</returns>
    public async Task<Result<AuthorityUser>> RedeemCodeAsync(string code, SignInAttempt attempt, HttpRequest request)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        using var exchange = new HttpRequestMessage(HttpMethod.Post, (await authority.DocumentsAsync(cancellationToken)).TokenEndpoint)
        {
            Content = new FormUrlEncodedContent(
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["grant_type"] = "authorization_code",
                    ["code"] = code,
                    ["redirect_uri"] = At(request, Callback),
                    ["client_id"] = client.Id,
                    ["code_verifier"] = attempt.Verifier,
                }
            ),
        };
        if (client.Secret is { } secret)
        {
            // RFC 6749, 2.3.1: both are encoded as in a form before they are joined.
            exchange.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.ASCII.GetBytes($"{WebUtility.UrlEncode(client.Id)}:{WebUtility.UrlEncode(secret)}"))
            );
        }

        try
        {
            using var answer = await http.SendAsync(exchange, cancellationToken);
            if ((int)answer.StatusCode >= 500)
            {
                return NotAnswering();
            }

            var token = answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<Granted>(cancellationToken))?.IdToken : null;
            if (token is null)
            {
                LogRefused(logger, (int)answer.StatusCode);
                return Refused();
            }

            return await authority.ValidateAsync(token, client.Id) is { } user && user.Nonce == attempt.Nonce ? user : Refused();
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return NotAnswering();
        }
    }

    /// <summary>Returns the authority's logout address (OpenID Connect RP-Initiated Logout 1.0); null if the authority has none.</summary>
    public async Task<string?> AddressToSignOutAsync(HttpRequest request) =>
        (await authority.DocumentsAsync(request.HttpContext.RequestAborted)).EndSessionEndpoint is not { Length: > 0 } address
            ? null
            : new OpenIdConnectMessage
            {
                IssuerAddress = address,
                ClientId = client.Id,
                PostLogoutRedirectUri = At(request, "/"),
                EnableTelemetryParameters = false,
            }.CreateLogoutRequestUrl();

    /// <summary>Returns the error of a sign-in that the authority did not complete.</summary>
    public static Error Refused() => new(ErrorCodes.Forbidden, "The sign-in was not completed.");

    private static Error NotAnswering() => Error.Unavailable("Signing in is not possible right now.");

    private static string At(HttpRequest request, string path) => $"{request.Scheme}://{request.Host}{request.PathBase}{path}";

    [LoggerMessage(115, LogLevel.Warning, "The authority rejected an authorization code: {status}")]
    private static partial void LogRefused(ILogger logger, int status);

    private sealed record Granted([property: JsonPropertyName("id_token")] string? IdToken);
}

/// <summary>Registers the sign-in at the authority, if one is configured.</summary>
internal static class AuthorityRegistration
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    public static void AddAuthoritySignIn(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["Oidc:Authority"]))
        {
            return;
        }

        if (builder.Configuration["Oidc:ClientId"] is not { Length: > 0 } id)
        {
            builder.ReportError("Oidc__ClientId", "is required where Oidc__Authority is set");
            return;
        }

        builder.Services.AddSingleton(
            new AuthorityClient(id, builder.Configuration["Oidc:ClientSecret"] is { Length: > 0 } secret ? secret : null)
        );
        builder.Services.AddHttpClient<AuthoritySignIn>(client => client.Timeout = RequestTimeout);
    }
}
