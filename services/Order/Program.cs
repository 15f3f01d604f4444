using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Messaging;

var builder = PizzeriaHost.CreateBuilder("order", args);

builder.AddDocuments("orderdb"); // MongoDB, PostgreSQL or memory: the connection string decides
builder.AddCache("redis");
builder.AddMessaging("rabbitmq", "order", bus => bus.AddOrderConsumers());
builder.AddServiceClient<MenuClient>("menu");
builder.AddServiceClient<KitchenClient>("kitchen");
builder.AddOrdering();

var app = builder.Build();

app.MapOrders();
app.MapDelivery();
app.MapAccounts();
app.MapNotifications();
app.MapReports();
app.MapSandboxInDevelopment();

return await app.RunAsync(args); // serves, or runs the admin command that args name
