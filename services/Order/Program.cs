using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Clients;

var builder = PizzeriaHost.CreateBuilder("order", args);

builder.AddDocuments("orderdb"); // MongoDB, PostgreSQL or memory: the connection string decides
builder.AddCache("redis");
builder.AddMessaging("rabbitmq", "order", bus => bus.AddConsumersOf(typeof(OrderRegistration).Assembly));
builder.AddServiceClient<MenuClient>("menu");
builder.AddServiceClient<KitchenClient>("kitchen");
builder.AddOrdering();
builder.Services.AddOpenApi(ApiDocsRegistration.Document, ApiDocsRegistration.Configure);

var app = builder.Build();

app.MapOrders();
app.MapGuests();
app.MapDelivery();
app.MapAccounts();
app.MapNotifications();
app.MapReports();
app.MapSandboxInDevelopment();

return await app.RunAsync(args); // serves, or runs the admin command that args name
