using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.OrderService;
using MariosPizzeria.Worker;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = PizzeriaHost.CreateBuilder("worker", args);

builder.AddDocuments("orderdb"); // Order's database: the worker is one of its process types
builder.AddCache("redis");
builder.AddMessaging("rabbitmq", "worker", bus => bus.AddConsumersOf(typeof(Work).Assembly), HealthStatus.Unhealthy, Work.PacedFromOutside);
builder.AddPaymentProvider();
builder.AddMail();
builder.Services.AddOrderDocuments();
builder.Services.AddWorkHandlers();

var app = builder.Build();

return await app.RunAsync(args); // runs the consumers, or the admin command in args
