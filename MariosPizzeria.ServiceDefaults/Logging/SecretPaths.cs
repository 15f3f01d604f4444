using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using OpenTelemetry;

namespace MariosPizzeria.ServiceDefaults.Logging;

/// <summary>
/// Addresses that contain a secret: a guest's tracking link gives access to the order. Log lines and spans contain them without their
/// token. Metrics contain routes and no addresses.
/// </summary>
public static class SecretPaths
{
    private const string Redacted = "***";

    private static readonly string[] Prefixes = ["/track/", "/api/track/"];

    /// <summary>Whether a path contains a token.</summary>
    public static bool IsSecret(PathString path) =>
        Prefixes.Any(prefix => path.StartsWithSegments(prefix[..^1], StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns a path in the form for logs.</summary>
    public static string Of(PathString path) => Of(path.Value ?? "");

    /// <summary>
    /// Returns a path, or an address with one, in the form for logs: the part after <c>/track/</c> up to the next slash is <c>***</c>.
    /// </summary>
    public static string Of(string address)
    {
        var begin = Prefixes.Max(prefix => End(address, prefix));
        if (begin < 0)
        {
            return address;
        }

        var end = address.AsSpan(begin).IndexOfAny('/', '?', '#');
        return string.Concat(address.AsSpan(0, begin), Redacted, end < 0 ? "" : address.AsSpan(begin + end));
    }

    // Paths are matched in any case.
    private static int End(string address, string prefix) =>
        address.IndexOf(prefix, StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? at + prefix.Length : -1;
}

/// <summary>Hides tokens in the span of the incoming request.</summary>
internal sealed class SecretPathMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (
            context.Features.Get<IHttpActivityFeature>()?.Activity is { } activity
            && SecretPaths.Of(context.Request.Path) is var shown
            && shown != context.Request.Path.Value
        )
        {
            activity.SetTag("url.path", shown);
        }

        return next(context);
    }
}

/// <summary>Hides tokens in the spans of outgoing requests, before they are exported.</summary>
internal sealed class SecretPathProcessor : BaseProcessor<Activity>
{
    private static readonly string[] Tags = ["url.full", "url.path", "http.url", "http.target"];

    public override void OnEnd(Activity data)
    {
        foreach (var tag in Tags)
        {
            if (data.GetTagItem(tag) is string address && SecretPaths.Of(address) is var shown && shown != address)
            {
                data.SetTag(tag, shown);
            }
        }
    }
}
