using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.Web;

/// <summary>A 303 redirect to a page (RFC 9110, 15.4.4). Reloading that page does not submit the form again.</summary>
/// <param name="address">A local address.</param>
internal sealed class SeeOther(string address) : IActionResult, IResult
{
    /// <summary>Redirects to the sign-in page, which returns to the requested page; after a form, to the page of the form.</summary>
    /// <param name="request">The request that requires a signed-in user.</param>
    /// <param name="address">The address to return to instead; null for the requested page.</param>
    public static SeeOther ToSignIn(HttpRequest request, string? address = null)
    {
        var query = CsrfProtection.IsSafe(request) ? request.QueryString : QueryString.Empty;
        return new($"/signin?return={Uri.EscapeDataString(address ?? request.PathBase + request.Path + query)}");
    }

    public Task ExecuteResultAsync(ActionContext context) => ExecuteAsync(context.HttpContext);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers[HeaderNames.Location] = address;
        httpContext.Response.Headers[HeaderNames.CacheControl] = "no-store";
        return Task.CompletedTask;
    }
}

/// <summary>Validates the return address in a request.</summary>
internal static class LocalAddress
{
    /// <summary>
    /// Returns the address if it is local, otherwise the other one: a crafted link must not redirect to another site after signing in
    /// (OWASP: unvalidated redirects). Browsers read <c>\</c> as <c>/</c>, and drop tabs and line breaks.
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

    // Header values are ASCII, but the address was decoded before, so other characters are escaped again.
    private static string Escaped(string address) =>
        string.Concat(address.EnumerateRunes().Select(rune => rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));
}
