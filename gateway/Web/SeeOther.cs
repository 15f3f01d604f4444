using MariosPizzeria.Gateway.Sessions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.Web;

/// <summary>303: the answer is another page, to be got (RFC 9110, 15.4.4). A reload of what follows sends no form again.</summary>
/// <param name="address">A local one.</param>
internal sealed class SeeOther(string address) : IActionResult, IResult
{
    /// <summary>Sign in, then come back to the page that was asked for; after a form, to its page.</summary>
    /// <param name="request">What needs somebody who has signed in.</param>
    /// <param name="address">Where to come back to instead.</param>
    public static SeeOther ToSignIn(HttpRequest request, string? address = null)
    {
        var query = CrossSite.IsSafe(request) ? request.QueryString : QueryString.Empty;
        return new($"/signin?return={Uri.EscapeDataString(address ?? request.PathBase + request.Path + query)}");
    }

    /// <inheritdoc/>
    public Task ExecuteResultAsync(ActionContext context) => ExecuteAsync(context.HttpContext);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers[HeaderNames.Location] = address;
        httpContext.Response.Headers[HeaderNames.CacheControl] = "no-store";
        return Task.CompletedTask;
    }
}

/// <summary>An address that a request names for what comes after it.</summary>
internal static class LocalAddress
{
    /// <summary>
    /// The address if it is one of ours, else another: whoever makes up a link must not lead people away over our sign-in (OWASP:
    /// unvalidated redirects). A browser reads <c>\</c> as <c>/</c>, and drops tabs and line breaks.
    /// </summary>
    public static string Or(string? address, string otherwise) =>
        address is ['/', ..]
        && !address.StartsWith("//", StringComparison.Ordinal)
        && !address.Contains('\\')
        && !address.Any(char.IsControl)
        && address.Length <= 2000
            ? Uri.TryCreate(address, UriKind.Relative, out _)
                ? Escaped(address)
                : otherwise
            : otherwise;

    // A header is ASCII; what is not was decoded on the way here.
    private static string Escaped(string address) =>
        string.Concat(address.EnumerateRunes().Select(rune => rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));
}
