using MariosPizzeria.MenuService;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.ServiceDefaults.Security;

// The menu: what can be ordered, at which price, and how soon it would be ready.
var builder = PizzeriaHost.CreateBuilder("menu", args);

builder.AddDocuments("menudb");
builder.AddCache("redis");
builder.AddAccountAccess();
builder.AddMessaging("rabbitmq", "menu", bus => bus.AddMenuConsumers());
builder.Services.AddMenu();

var app = builder.Build();

app.MapMenu();

return await app.RunAsync(args);
