using MariosPizzeria.OrderService;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.Worker;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = PizzeriaHost.CreateBuilder("worker", args);

builder.AddDocuments("orderdb"); // Order's: the worker is one of its process types
builder.AddCache("redis");
builder.AddMessaging("rabbitmq", "worker", bus => bus.AddWork(), HealthStatus.Unhealthy, Work.PacedFromOutside);
builder.AddPaymentProvider();
builder.AddMail();
builder.Services.AddOrderDocuments();
builder.Services.AddWorkHandlers();

var app = builder.Build();

return await app.RunAsync(args); // works, or runs the admin command that args name
