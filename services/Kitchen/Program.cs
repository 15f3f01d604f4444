using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.KitchenService;
using MariosPizzeria.KitchenService.Clients;

// The kitchen: tickets from confirmed orders, cooked within its capacity.
var builder = PizzeriaHost.CreateBuilder("kitchen", args);

builder.AddDocuments("kitchendb");
builder.AddCache("redis");
builder.AddAccountAccess();
builder.AddMessaging("rabbitmq", "kitchen", bus => bus.AddConsumersOf(typeof(KitchenRegistration).Assembly));
builder.AddServiceClient<OrderClient>("order");
builder.AddKitchen();
builder.Services.AddOpenApi(ApiDocsRegistration.Document, ApiDocsRegistration.Configure);

var app = builder.Build();

app.MapKitchen();

return await app.RunAsync(args);
