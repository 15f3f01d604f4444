using System.Buffers.Text;
using System.Text;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// A message that the next page shows once. It is kept in a cookie, so that nothing is stored for a visitor without a session; it is only
/// shown, as text, to the client that sent it.
/// </summary>
internal static class NoticeCookie
{
    private const string Name = "mario_notice";
    private const int MaxBytes = 1000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>Sets the message for the next page.</summary>
    public static void Set(HttpContext context, string notice)
    {
        var text = Encoding.UTF8.GetBytes(notice);
        if (text.Length <= MaxBytes)
        {
            context.Response.Cookies.Append(Name, Base64Url.EncodeToString(text), Options(context, Lifetime));
        }
    }

    /// <summary>Returns the message for this page and deletes the cookie; null if there is none.</summary>
    public static string? Take(HttpContext context)
    {
        if (context.Request.Cookies[Name] is not { Length: > 0 } value)
        {
            return null;
        }

        context.Response.Cookies.Delete(Name, Options(context, maxAge: null));
        return value.Length <= MaxBytes * 2 && Base64Url.IsValid(value) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(value)) : null;
    }

    private static CookieOptions Options(HttpContext context, TimeSpan? maxAge) =>
        new()
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = maxAge,
            Path = "/",
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        };
}
