using MariosPizzeria.ServiceDefaults.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The response headers of every page.</summary>
internal static class PageHeaders
{
    // Everything is loaded from this server and nothing is inline: a script that is injected into a page does not run.
    private const string OnlyOurs =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; media-src 'self'; "
        + "manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    private static readonly StringValues NoFeatures = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    private static readonly StringValues Personal = "no-store";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues Varying = "Accept-Language, Cookie";

    /// <summary>Sets the headers. Pages contain the visitor's name, cart or token, so browsers and proxies must not store them.</summary>
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

        // The address of a guest's tracker gives access to the order, so it is never sent as a referrer, not even to our own pages.
        if (SecretPaths.IsSecret(response.HttpContext.Request.Path))
        {
            headers["Referrer-Policy"] = NoReferrer;
        }
    }
}
