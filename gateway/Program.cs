using MariosPizzeria.Gateways.Limits;
using MariosPizzeria.Gateways.Proxying;
using MariosPizzeria.Gateways.Sessions;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Hosting;

var builder = PizzeriaHost.CreateBuilder("gateway", args);

builder.AddCache("redis");
builder.AddServiceClient<AccountsClient>("order");
builder.AddKnownProxies();
builder.AddRateLimits();
builder.AddSessions();
builder.AddServiceRoutes();

var app = builder.Build();

app.UseKnownProxies();
app.UseSecurityHeaders();

app.MapSessions();
app.MapServiceRoutes();

return await app.RunAsync(args);
