using Microsoft.AspNetCore.Http.Features;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>
/// Rejects a body that is compressed or in a charset other than UTF-8 before anything reads it, and removes the charset UTF-8 from the
/// media type: JSON is always UTF-8 (RFC 8259, 8.1), and the framework throws on spellings that it does not know.
/// </summary>
internal sealed class ContentTypeMiddleware(RequestDelegate next)
{
    private const string Identity = "identity";

    // ASCII is a subset of UTF-8.
    private static readonly string[] Utf8 = ["", "utf8", "usascii", "ascii"];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return next(context);
        }

        var request = context.Request;
        if (request.Headers.ContentEncoding.ToString().Split(',').Any(IsCompression))
        {
            context.Response.Headers.AcceptEncoding = Identity;
            return RefuseAsync(context, "The body must not be compressed.");
        }

        if (request.ContentType is not { } type || !type.Contains(';', StringComparison.Ordinal))
        {
            return next(context);
        }

        var parts = type.Split(';', StringSplitOptions.TrimEntries);
        var charsets = parts.Skip(1).Where(IsCharset).ToList();
        if (!charsets.TrueForAll(IsUtf8))
        {
            return RefuseAsync(context, "The body must be UTF-8.");
        }

        if (charsets.Count > 0)
        {
            request.ContentType = string.Join("; ", parts.Except(charsets));
        }

        return next(context);
    }

    private static bool IsCompression(string coding) =>
        coding.Trim() is { Length: > 0 } named && !named.Equals(Identity, StringComparison.OrdinalIgnoreCase);

    private static bool IsCharset(string parameter) => parameter.Split('=')[0].Trim().Equals("charset", StringComparison.OrdinalIgnoreCase);

    // UTF-8, utf8, "utf-8", 'Utf_8', or nothing.
    private static bool IsUtf8(string parameter)
    {
        var name = parameter["charset".Length..].TrimStart('=', ' ').Trim('"', '\'', ' ');
        var plain = name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        return Utf8.Contains(plain, StringComparer.OrdinalIgnoreCase);
    }

    private static Task RefuseAsync(HttpContext context, string detail) =>
        Problems.WriteAsync(context, new Error(ErrorCodes.UnsupportedMediaType, detail));
}
