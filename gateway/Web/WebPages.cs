using System.Text.Unicode;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.BuildingBlocks.Shop;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.WebEncoders;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// The pages: Razor Pages, rendered on the server and fully usable without scripts; scripts only add live updates.
/// <para>
/// How to add a page:
/// <list type="number">
/// <item>Add <c>Pages/Name.cshtml</c> (<c>@page</c>, <c>@model NameModel</c>) and <c>Pages/Name.cshtml.cs</c> with a model that derives
/// from <see cref="PizzeriaPage"/>. Restrict access with an attribute on the model: <c>[SignedIn(Roles.Chef)]</c>.
/// <see cref="PageRules"/> enforces it, and handles the session, the form's token and unhandled exceptions.</item>
/// <item>Views have these injected: <c>T</c> (<see cref="Texts"/>: all texts in both languages, one line each, prices and times),
/// <c>Visitor</c>, <c>Assets</c>. Output of views is encoded. The content security policy forbids inline scripts and styles: use an SVG
/// attribute or a class for a size or colour that is data.</item>
/// <item>Call services through a typed client in <c>Clients/</c>, on the visitor's behalf. For a result without a value, the handler
/// returns <c>Problem(fault)</c> for an error page, or <c>Explain(fault)</c> for errors beside the fields.</item>
/// <item>A form is <c>method="post"</c> with <c>&lt;partial name="_Csrf" /&gt;</c> inside. Its handler returns
/// <c>SeeOther(address)</c> (303), so that a reload repeats nothing, after <c>await ShowNoticeAsync(text)</c> for a message on the next
/// page.</item>
/// <item>For live updates, put the changing content into elements with an <c>id</c> and <c>data-live</c>, and add
/// <c>data-stream="/api/…/stream" data-events="order"</c> to one element: <c>wwwroot/live.js</c> requests the page again at each event,
/// replaces those elements, keeps the focus, reconnects, and shows when the connection is lost.</item>
/// <item>Add the page to <see cref="Navigation"/>, if it should be listed there.</item>
/// </list>
/// </para>
/// </summary>
internal static class WebPages
{
    public static void AddWebPages(this WebApplicationBuilder builder)
    {
        builder.AddServiceClient<MenuClient>("menu", onBehalfOfUsers: true);
        builder.AddServiceClient<OrdersClient>("order", onBehalfOfUsers: true);
        builder.AddServiceClient<AccountClient>("order", onBehalfOfUsers: true);
        builder.AddServiceClient<ReportsClient>("order", onBehalfOfUsers: true);
        builder.AddServiceClient<OrderExplanationsClient>("order", onBehalfOfUsers: true);
        builder.AddServiceClient<MenuEditingClient>("menu", onBehalfOfUsers: true);
        builder.AddServiceClient<KitchenSettingsClient>("kitchen", onBehalfOfUsers: true);
        builder.AddServiceClient<ShopClient>("kitchen", onBehalfOfUsers: true);
        builder.AddReplicaHealth();
        builder.AddServiceClient<DeliveriesClient>("order", onBehalfOfUsers: true);
        builder.AddServiceClient<TicketsClient>("kitchen", onBehalfOfUsers: true);

        var services = builder.Services;
        builder.AddShopContact();
        builder.AddLogPlace();
        services.AddSingleton<Assets>();
        services.AddScoped<Visitor>();
        var mostMinutes = MaxPromiseMinutes(builder);
        services.AddScoped(provider => new Texts(
            provider.GetRequiredService<Visitor>().Language,
            provider.GetRequiredService<BusinessDays>(),
            mostMinutes
        ));
        services.AddScoped<PageRules>();
        services.AddSingleton<ShopStatusCache>();
        services.AddScoped<ShopStatusReader>();
        services.AddRazorPages(pages =>
        {
            // The framework's antiforgery cookie would be encrypted with keys that each replica creates for itself.
            pages.Conventions.ConfigureFilter(new IgnoreAntiforgeryTokenAttribute { Order = int.MaxValue });
            pages.Conventions.ConfigureFilter(new ServiceFilterAttribute(typeof(PageRules)));

            // The page for a guest's order, by tracking token.
            pages.Conventions.AddPageRoute("/Orders/Details", "/track/{token}");
        });
        services.WithoutKeys();

        // Encodes only characters with a meaning in HTML, not all characters outside ASCII.
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
    /// Disables the key ring that ASP.NET Core would write to disk and read at startup: sessions are in the cache, nothing here is
    /// protected by these keys, and replicas could not decrypt each other's data.
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

    // A promise of this many minutes or more is shown without the exact figure.
    private static int MaxPromiseMinutes(WebApplicationBuilder builder) =>
        builder.ReadNumber("Kitchen:MostMinutes", otherwise: 90, least: 10, most: 24 * 60);
}
