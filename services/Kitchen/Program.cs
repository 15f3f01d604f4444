using MariosPizzeria.KitchenService;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.ServiceDefaults.Security;

// The kitchen: tickets from confirmed orders, cooked within its capacity.
var builder = PizzeriaHost.CreateBuilder("kitchen", args);

builder.AddDocuments("kitchendb");
builder.AddCache("redis");
builder.AddAccountAccess();
builder.AddMessaging("rabbitmq", "kitchen", bus => bus.AddKitchenConsumers());
builder.AddKitchen();

var app = builder.Build();

app.MapKitchen();

return await app.RunAsync(args);
