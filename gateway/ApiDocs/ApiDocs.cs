using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.ServiceDefaults.Clients;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.ApiDocs;

/// <summary>Serves the API's OpenAPI document and a page to try the API, in Development only.</summary>
internal static class ApiDocs
{
    private const string Page = "/docs";

    // The page needs inline styles; its scripts, styles and requests are restricted to this server.
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'";

    public static void AddWholeApi(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.AddOpenApi(ApiDocsRegistration.Document, ApiDocsRegistration.Configure);
            builder
                .Services.AddHttpClient<CombinedApiDocument>()
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
        app.MapGet(ApiDocsRegistration.Path, CombinedApiDocument.Get).AllowAnonymous().ExcludeFromDescription();
    }
}
