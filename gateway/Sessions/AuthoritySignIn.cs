using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>As whom the gateway is registered at the authority.</summary>
/// <param name="Id">The client id.</param>
/// <param name="Secret">Null for a client that has none; PKCE alone then keeps a stolen code from being of use.</param>
internal sealed record AuthorityClient(string Id, string? Secret);

/// <summary>
/// A sign-in that was begun. The browser keeps it, in a cookie for the sign-in pages alone, so that whichever gateway it comes back to can
/// end it and nothing is stored for who only asks.
/// </summary>
/// <param name="State">What the browser has to bring back.</param>
/// <param name="Nonce">What the ID token has to bear.</param>
/// <param name="Verifier">What proves that it was we who asked (RFC 7636).</param>
/// <param name="Return">Where to go on afterwards.</param>
public sealed record SignInAttempt(string State, string Nonce, string Verifier, string? Return)
{
    private const string Cookie = "mario_signin";

    // Browsers keep cookies of up to 4 KiB; who asked for a longer address begins at the menu.
    private const int MostReturn = 1000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>One that nobody can guess.</summary>
    public static SignInAttempt To(string? address) =>
        new(RandomText(), RandomText(), RandomText(), address is { Length: <= MostReturn } ? address : null);

    /// <summary>Gives it to the browser.</summary>
    public void Keep(HttpContext context) =>
        context.Response.Cookies.Append(
            Cookie,
            Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, PizzeriaJson.Options)),
            Options(context, Lifetime)
        );

    /// <summary>What the browser kept, for one answer; null where there is nothing that could be one.</summary>
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
    /// <summary>Where the authority sends browsers back to; to be registered there.</summary>
    public const string Callback = "/signin/callback";

    /// <summary>The authority's page to which the browser goes.</summary>
    public async Task<string> AddressFor(SignInAttempt attempt, HttpRequest request)
    {
        var message = new OpenIdConnectMessage
        {
            IssuerAddress = (await authority.Documents(request.HttpContext.RequestAborted)).AuthorizationEndpoint,
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

    /// <summary>Who it is that came back.</summary>
    /// <returns>The user; <c>unauthenticated</c> where the authority does not stand for it, <c>unavailable</c> where it does not answer.</returns>
    public async Task<Outcome<AuthorityUser>> Redeem(string code, SignInAttempt attempt, HttpRequest request)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        using var exchange = new HttpRequestMessage(HttpMethod.Post, (await authority.Documents(cancellationToken)).TokenEndpoint)
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

            return await authority.Validate(token, client.Id) is { } user && user.Nonce == attempt.Nonce ? user : Refused();
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return NotAnswering();
        }
    }

    /// <summary>The authority's page that ends its own session (OpenID Connect RP-Initiated Logout 1.0); null where it has none.</summary>
    public async Task<string?> AddressToSignOut(HttpRequest request) =>
        (await authority.Documents(request.HttpContext.RequestAborted)).EndSessionEndpoint is not { Length: > 0 } address
            ? null
            : new OpenIdConnectMessage
            {
                IssuerAddress = address,
                ClientId = client.Id,
                PostLogoutRedirectUri = At(request, "/"),
                EnableTelemetryParameters = false,
            }.CreateLogoutRequestUrl();

    /// <summary>The authority does not stand for whoever came.</summary>
    public static Fault Refused() => new(Slugs.Forbidden, "The sign-in was not completed.");

    private static Fault NotAnswering() => Fault.Unavailable("Signing in is not possible right now.");

    private static string At(HttpRequest request, string path) => $"{request.Scheme}://{request.Host}{request.PathBase}{path}";

    [LoggerMessage(115, LogLevel.Warning, "The authority did not redeem a code: {status}")]
    private static partial void LogRefused(ILogger logger, int status);

    private sealed record Granted([property: JsonPropertyName("id_token")] string? IdToken);
}

/// <summary>Attaches the gateway to the authority, where there is one.</summary>
internal static class AuthorityRegistration
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void AddAuthoritySignIn(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["Oidc:Authority"]))
        {
            return;
        }

        if (builder.Configuration["Oidc:ClientId"] is not { Length: > 0 } id)
        {
            builder.ReportFault("Oidc__ClientId", "is required where Oidc__Authority is set");
            return;
        }

        builder.Services.AddSingleton(
            new AuthorityClient(id, builder.Configuration["Oidc:ClientSecret"] is { Length: > 0 } secret ? secret : null)
        );
        builder.Services.AddHttpClient<AuthoritySignIn>(client => client.Timeout = Patience);
    }
}
