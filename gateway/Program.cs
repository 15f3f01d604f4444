using MariosPizzeria.Gateway.ApiDocs;
using MariosPizzeria.Gateway.Limits;
using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Security;

var builder = PizzeriaHost.CreateBuilder("gateway", args);

builder.AddCache("redis");
builder.AddAccountAccess();
builder.AddServiceClient<AccountsClient>("order");
builder.AddKnownProxies();
builder.AddRateLimits();
builder.AddSessions();
builder.AddServiceRoutes();
builder.AddWholeApi();
builder.AddWebPages();

var app = builder.Build();

app.UseKnownProxies();
app.UseSecurityHeaders();
app.UseWholeApi();
app.UseProblemPages();

app.MapSessions();
if (app.Serves(args))
{
    app.MapServiceRoutes(); // finds the replicas and begins to probe them
}

app.MapWebPages();

return await app.RunAsync(args);
