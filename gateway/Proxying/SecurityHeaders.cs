using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>Adds security headers (OWASP Secure Headers) to every response; an endpoint can set its own values.</summary>
internal static class SecurityHeaders
{
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues SameOrigin = "same-origin";

    // A response of the API is not a page: it may load nothing, run nothing and not be framed.
    private static readonly StringValues Nothing = "default-src 'none'; frame-ancestors 'none'";
    private static readonly StringValues OneYear = "max-age=31536000";

    public static void UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                // Set when the response starts, because the retry after a failed attempt clears headers that were set before.
                context.Response.OnStarting(AddAsync, context);
                return next(context);
            }
        );

    private static Task AddAsync(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.TryAdd(HeaderNames.XContentTypeOptions, NoSniff);
        headers.TryAdd("Referrer-Policy", SameOrigin);
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, Nothing);
        if (context.Request.IsHttps)
        {
            headers.TryAdd(HeaderNames.StrictTransportSecurity, OneYear);
        }

        return Task.CompletedTask;
    }
}
