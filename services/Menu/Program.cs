using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.MenuService;

// The menu: what can be ordered, at which price, and how soon it would be ready.
var builder = PizzeriaHost.CreateBuilder("menu", args);

builder.AddDocuments("menudb");
builder.AddCache("redis");
builder.AddAccountAccess();
builder.AddMessaging("rabbitmq", "menu", bus => bus.AddConsumersOf(typeof(MenuRegistration).Assembly));
builder.Services.AddMenu();
builder.Services.AddOpenApi(ApiDocsRegistration.Document, ApiDocsRegistration.Configure);

var app = builder.Build();

app.MapMenu();

return await app.RunAsync(args);
