using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.Web;

/// <summary>What every page tells a browser about itself.</summary>
internal static class PageHeaders
{
    // All of it comes from here, nothing of it is written into the page: a script that somebody smuggles into a page does not run.
    private const string OnlyOurs =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; media-src 'self'; "
        + "manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    private static readonly StringValues NoFeatures = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    private static readonly StringValues Personal = "no-store";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues Varying = "Accept-Language, Cookie";

    /// <summary>Every page has the visitor's name, cart or token on it, so no browser and nobody on the way keeps it.</summary>
    public static void Set(HttpResponse response)
    {
        var headers = response.Headers;
        headers[HeaderNames.ContentSecurityPolicy] = response.HttpContext.RequestServices.GetService<Authority>() is { } authority
            ? $"{OnlyOurs} {authority.Address.GetLeftPart(UriPartial.Authority)}" // a form may lead there, by way of /signin or /signout
            : OnlyOurs;
        headers[HeaderNames.CacheControl] = Personal;
        headers[HeaderNames.Vary] = Varying;
        headers["Cross-Origin-Opener-Policy"] = SameOrigin;
        headers["Permissions-Policy"] = NoFeatures;
    }
}
