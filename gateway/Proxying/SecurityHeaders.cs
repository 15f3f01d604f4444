using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>What every answer tells a browser about itself (OWASP Secure Headers); an endpoint may say something of its own.</summary>
internal static class SecurityHeaders
{
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues SameOrigin = "same-origin";

    // An API's answer is no page: nothing in it may load, run, or be framed.
    private static readonly StringValues Nothing = "default-src 'none'; frame-ancestors 'none'";
    private static readonly StringValues OneYear = "max-age=31536000";

    public static void UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                // When the answer starts: a failed attempt clears what was set before.
                context.Response.OnStarting(Add, context);
                return next(context);
            }
        );

    private static Task Add(object state)
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
