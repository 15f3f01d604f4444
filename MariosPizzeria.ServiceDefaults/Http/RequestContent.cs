using MariosPizzeria.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>
/// Refuses a body that is compressed or in another charset than UTF-8 before anything reads it, and takes the charset off the media
/// type where it is UTF-8: JSON is nothing else (RFC 8259, 8.1), and the framework throws at the spellings that it does not know.
/// </summary>
internal sealed class RequestContent(RequestDelegate next)
{
    private const string Identity = "identity";

    // ASCII is a part of UTF-8.
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
            return Refuse(context, "A body is not compressed.");
        }

        if (request.ContentType is not { } type || !type.Contains(';', StringComparison.Ordinal))
        {
            return next(context);
        }

        var parts = type.Split(';', StringSplitOptions.TrimEntries);
        var charsets = parts.Skip(1).Where(IsCharset).ToList();
        if (!charsets.TrueForAll(IsUtf8))
        {
            return Refuse(context, "A body is in UTF-8.");
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

    private static Task Refuse(HttpContext context, string detail) =>
        Problems.Write(context, new Fault(Slugs.UnsupportedMediaType, detail));
}
