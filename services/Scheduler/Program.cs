using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.Scheduler;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Messaging;

var builder = PizzeriaHost.CreateBuilder("scheduler", args);

builder.AddDocuments("orderdb"); // Order's: the scheduler is one of its process types
builder.AddCache("redis");
builder.AddMessaging("rabbitmq", "scheduler");
builder.Services.AddOrderDocuments();

// What a job does is the business of the service that owns the data; the scheduler only tells it the time.
builder.Services.AddSchedule(
    Job.Every(TimeSpan.FromMinutes(1), ScheduledJobs.ExpireUnpaid),
    Job.Every(builder.TellAgainOptions().Every, ScheduledJobs.TellAgain),
    Job.Every(TimeSpan.FromMinutes(1), ScheduledJobs.LateOrders),
    Job.Daily(new TimeOnly(0, 10), ScheduledJobs.DailyReport),
    Job.Daily(new TimeOnly(3, 30), ScheduledJobs.Prune),
    Job.Daily(new TimeOnly(5, 0), ScheduledJobs.ReturnSoldOut)
);

var app = builder.Build();

return await app.RunAsync(args); // tells the time, or runs the admin command that args name
