using System.Buffers.Text;
using System.Text;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// What the next page should say once. The browser carries it there, so that nothing is stored for a visitor without a session; it is
/// shown as text to whoever sends it, and nothing else depends on it.
/// </summary>
internal static class NoticeCookie
{
    private const string Name = "mario_notice";
    private const int MostBytes = 1000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>Has the next page say it.</summary>
    public static void Set(HttpContext context, string notice)
    {
        var text = Encoding.UTF8.GetBytes(notice);
        if (text.Length <= MostBytes)
        {
            context.Response.Cookies.Append(Name, Base64Url.EncodeToString(text), Options(context, Lifetime));
        }
    }

    /// <summary>What this page should say; null where there is nothing.</summary>
    public static string? Take(HttpContext context)
    {
        if (context.Request.Cookies[Name] is not { Length: > 0 } value)
        {
            return null;
        }

        context.Response.Cookies.Delete(Name, Options(context, maxAge: null));
        return value.Length <= MostBytes * 2 && Base64Url.IsValid(value) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(value)) : null;
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
