using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Jobs;
using MariosPizzeria.Scheduler;

var builder = PizzeriaHost.CreateBuilder("scheduler", args);

builder.AddDocuments("orderdb"); // Order's database: the scheduler is one of its process types
builder.AddCache("redis");
builder.AddMessaging("rabbitmq", "scheduler");
builder.Services.AddOrderDocuments();

// The service that owns the data does the work of a job; the scheduler only publishes that the job is due.
Job[] jobs =
[
    Job.Every(TimeSpan.FromMinutes(1), ScheduledJobs.ExpireUnpaid),
    Job.Every(builder.TellAgainOptions().Every, ScheduledJobs.TellAgain),
    Job.Every(TimeSpan.FromMinutes(1), ScheduledJobs.LateOrders),
    Job.Daily(new TimeOnly(3, 30), ScheduledJobs.Prune),
    Job.Daily(new TimeOnly(5, 0), ScheduledJobs.ReturnSoldOut),
];
foreach (var job in jobs)
{
    // Not AddHostedService, because that registers each type only once.
    builder.Services.AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<Ticker>(services, job));
}

builder.Services.AddSingleton<IHostedService>(services =>
    ActivatorUtilities.CreateInstance<Ticker>(
        services,
        Job.EachBusinessDay(services.GetRequiredService<BusinessDays>(), TimeSpan.FromMinutes(10), ScheduledJobs.DailyReport)
    )
);

var app = builder.Build();

return await app.RunAsync(args); // runs the scheduler, or the admin command in args
