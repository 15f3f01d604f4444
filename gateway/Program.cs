using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.Gateway.ApiDocs;
using MariosPizzeria.Gateway.Limits;
using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.ServiceDefaults.Logging;

var builder = PizzeriaHost.CreateBuilder("gateway", args);

builder.UseInlineSocketCompletions();
builder.AddCache("redis");
builder.AddAccountAccess();
builder.AddServiceClient<AccountsClient>("order");
builder.Services.Configure<RequestLogOptions>(log => log.Level = LogLevel.Information);
builder.AddKnownProxies();
builder.AddRateLimits();
builder.AddSessions();
builder.AddServiceRoutes();
builder.AddWholeApi();
builder.AddWebPages();

var app = builder.Build();

app.UseKnownProxies();
app.UseSecurityHeaders();
app.UseMenuCopy();
app.UseWholeApi();
app.UseProblemPages();

app.MapSessions();
if (app.IsServer(args))
{
    app.MapServiceRoutes(); // discovers the replicas and starts to probe them
}

app.MapWebPages();

return await app.RunAsync(args);
