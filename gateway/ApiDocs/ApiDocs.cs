using MariosPizzeria.ServiceDefaults.ApiDocs;
using MariosPizzeria.ServiceDefaults.Clients;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.ApiDocs;

/// <summary>The API's document and a page to try it, for developers: in Development only.</summary>
internal static class ApiDocs
{
    private const string Page = "/docs";

    // The page brings its own scripts and styles, and asks this server alone.
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'";

    public static void AddWholeApi(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.AddSingleton<WholeApi>();
            builder.Services.AddSingleton<WholeApiDocument>();
            builder
                .Services.AddHttpClient(WholeApiDocument.Client)
                .AddResilience(ResiliencePolicy.Service with { Timeout = TimeSpan.FromSeconds(5) })
                .SelectPipelineByAuthority();
        }
    }

    public static void UseWholeApi(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            return;
        }

        app.Use(
            (context, next) =>
            {
                if (context.Request.Path.StartsWithSegments(Page, StringComparison.Ordinal))
                {
                    context.Response.Headers[HeaderNames.ContentSecurityPolicy] = PagePolicy;
                }

                return next(context);
            }
        );
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = Page[1..];
            page.DocumentTitle = "Mario's Pizzeria: API";
            page.SwaggerEndpoint(ApiDocsRegistration.Path, "Mario's Pizzeria");
        });
        app.MapGet(ApiDocsRegistration.Path, WholeApiDocument.Get).AllowAnonymous().ExcludeFromDescription();
    }
}
