using StringWithQualityHeaderValue = Microsoft.Net.Http.Headers.StringWithQualityHeaderValue;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The languages of the pages.</summary>
internal enum Language
{
    English,
    Italian,
}

/// <summary>
/// Determines a visitor's language: the choice made on a page, otherwise the browser's Accept-Language. The choice has its own cookie,
/// so that it outlives the session and also applies to error pages.
/// </summary>
internal static class Languages
{
    private const string CookieName = "mario_language";

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    public static Language Of(HttpRequest request) => Parse(request.Cookies[CookieName]) ?? OfBrowser(request) ?? Language.English;

    public static string Tag(this Language language) => language is Language.Italian ? "it" : "en";

    /// <summary>Maps GET <c>/language/{tag}?return=</c>, which stores the choice and redirects back. It changes nothing else.</summary>
    public static void MapLanguages(this IEndpointRouteBuilder app) =>
        app.MapGet(
            "/language/{tag}",
            IResult (string tag, HttpContext http) =>
            {
                if (Parse(tag) is null)
                {
                    return ProblemPage.Of(StatusCodes.Status404NotFound);
                }

                http.Response.Cookies.Append(
                    CookieName,
                    tag,
                    new()
                    {
                        HttpOnly = true,
                        IsEssential = true,
                        MaxAge = Remembered,
                        SameSite = SameSiteMode.Lax,
                        Secure = http.Request.IsHttps,
                    }
                );
                return new SeeOther(LocalAddress.Or(http.Request.Query["return"], "/"));
            }
        );

    private static Language? Parse(string? tag) =>
        tag switch
        {
            "en" => Language.English,
            "it" => Language.Italian,
            _ => null,
        };

    private static Language? OfBrowser(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var wanted)
            ? wanted
                .Where(value => value.Quality is null or > 0)
                .OrderByDescending(value => value.Quality ?? 1)
                .Select(value => Parse(value.Value.Value?.Split('-')[0].ToLowerInvariant()))
                .FirstOrDefault(language => language is not null)
            : null;
}
