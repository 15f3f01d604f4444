using System.Text.Unicode;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.ServiceDefaults.Clients;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.WebEncoders;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// The pages: Razor Pages, rendered here, complete without a script; scripts only make them move.
/// <para>
/// How a page is made:
/// <list type="number">
/// <item><c>Pages/Name.cshtml</c> (<c>@page</c>, <c>@model NameModel</c>) and <c>Pages/Name.cshtml.cs</c>, whose model is a
/// <see cref="PizzeriaPage"/>. Who may see it is said on the model: <c>[SignedIn(Roles.Chef)]</c>; <see cref="PageRules"/> sees to
/// it, and to the session, the form's token and faults.</item>
/// <item>Views have by injection: <c>T</c> (<see cref="Texts"/>: every word in both languages, one line each, prices and times),
/// <c>Visitor</c>, <c>Assets</c>. What is written in a view is encoded; there is no inline script or style, the policy forbids it: a
/// size or colour that is data is an SVG attribute or a class.</item>
/// <item>Services are asked through a typed client of <c>Clients/</c>, on the visitor's behalf. An outcome without a value is the
/// handler's to tell: <c>Problem(fault)</c> for a page of its own, <c>Explain(fault)</c> for messages beside the fields.</item>
/// <item>A form is <c>method="post"</c> with <c>&lt;partial name="_Csrf" /&gt;</c> inside; its handler answers
/// <c>SeeOther(address)</c> (303), so that a reload repeats nothing, after <c>await Say(text)</c> if the next page should tell.</item>
/// <item>A page that moves by itself: what changes is in elements with an <c>id</c> and <c>data-live</c>, and one element has
/// <c>data-stream="/api/…/stream" data-events="order"</c>: <c>wwwroot/live.js</c> gets the page anew at every event and swaps those
/// elements, keeps the focus, reconnects, and says when the connection is lost.</item>
/// <item>It stands in <see cref="Navigation"/>, if it should be found there.</item>
/// </list>
/// </para>
/// </summary>
internal static class WebPages
{
    public static void AddWebPages(this WebApplicationBuilder builder)
    {
        builder.AddServiceClient<MenuClient>("menu", onBehalfOfUsers: true);
        builder.AddServiceClient<OrdersClient>("order", onBehalfOfUsers: true);
        builder.AddServiceClient<CustomersClient>("order", onBehalfOfUsers: true);
        builder.AddServiceClient<ReportsClient>("order", onBehalfOfUsers: true);
        builder.AddServiceClient<StoriesClient>("order", onBehalfOfUsers: true);
        builder.AddServiceClient<MenuEditingClient>("menu", onBehalfOfUsers: true);
        builder.AddServiceClient<KitchenSettingsClient>("kitchen", onBehalfOfUsers: true);
        builder.AddReplicaHealth();
        builder.AddServiceClient<DeliveriesClient>("order", onBehalfOfUsers: true);
        builder.AddServiceClient<TicketsClient>("kitchen", onBehalfOfUsers: true);

        var services = builder.Services;
        services.AddSingleton<Assets>();
        services.AddScoped<Visitor>();
        services.AddScoped(provider => new Texts(provider.GetRequiredService<Visitor>().Language));
        services.AddScoped<PageRules>();
        services.AddRazorPages(pages =>
        {
            // The framework's own token is a cookie under keys that each replica would make for itself.
            pages.Conventions.ConfigureFilter(new IgnoreAntiforgeryTokenAttribute { Order = int.MaxValue });
            pages.Conventions.ConfigureFilter(new ServiceFilterAttribute(typeof(PageRules)));
        });
        services.WithoutKeys();

        // What has a meaning in HTML is encoded, not every letter beyond ASCII.
        services.Configure<WebEncoderOptions>(html => html.TextEncoderSettings = new(UnicodeRanges.All));
    }

    public static void MapWebPages(this WebApplication app)
    {
        app.MapRazorPages();
        app.MapLanguages();
        app.MapGet(
            "/assets/{version}/{**name}",
            (string version, string name, Assets assets, HttpContext http) => assets.Serve(version, name, http)
        );
    }

    /// <summary>
    /// Without the keys that ASP.NET would write to a disk and read at start: sessions are in the cache, nothing here is protected
    /// by them, and what a replica encrypted another could not read.
    /// </summary>
    private static void WithoutKeys(this IServiceCollection services)
    {
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        foreach (
            var service in services
                .Where(service =>
                    service.ServiceType == typeof(IHostedService)
                    && service.ImplementationType?.Namespace?.StartsWith("Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal)
                        is true
                )
                .ToList()
        )
        {
            services.Remove(service);
        }
    }
}
