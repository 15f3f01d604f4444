using MariosPizzeria.Ordering;
using MariosPizzeria.Scheduling;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Messaging;

var builder = PizzeriaHost.CreateBuilder("scheduler", args);

builder.AddDocuments("orderdb"); // Order's: the scheduler is one of its process types
builder.AddCache("redis");
builder.AddMessaging("rabbitmq", "scheduler");
builder.Services.AddOrderDocuments();
builder.Services.AddSchedule(
    Job.Every(TimeSpan.FromMinutes(1), ScheduledJobs.ExpireUnpaid) // what is done is the owning service's business
);

var app = builder.Build();

return await app.RunAsync(args); // tells the time, or runs the admin command that args name
