#if ASPIRE
var builder = DistributedApplication.CreateBuilder(args);

// Servers. Passwords are generated without special characters, so that the plain and the URI-encoded value are the same.
var mongo = builder.AddMongoDB("mongo").WithDataVolume();
var redis = builder.AddRedis("redis").WithDataVolume();
var rabbitmq = builder.AddRabbitMQ("rabbitmq").WithDataVolume().WithManagementPlugin();

var menuDb = mongo.AddDatabase("menudb");
var orderDb = mongo.AddDatabase("orderdb");
var kitchenDb = mongo.AddDatabase("kitchendb");

// What only the operator knows. In run mode the secrets are generated, and payment goes to the sandbox.
var jwtSecret = builder.AddParameter(
    "jwt-secret",
    new GenerateParameterDefault { MinLength = 48, Special = false },
    secret: true,
    persist: true
);
var paymentKey = builder.ExecutionContext.IsRunMode
    ? builder.AddParameter("payment-api-key", new GenerateParameterDefault { MinLength = 24, Special = false }, secret: true, persist: true)
    : builder.AddParameter("payment-api-key", secret: true);
var paymentUrl = builder.AddParameter("payment-url", "", publishValueAsDefault: true);
var smtpHost = builder.AddParameter("smtp-host", "", publishValueAsDefault: true);
var smtpPort = builder.AddParameter("smtp-port", "587", publishValueAsDefault: true);
var smtpFrom = builder.AddParameter("smtp-from", "orders@marios-pizzeria.example", publishValueAsDefault: true);

// Services.
var menu = Process(builder.AddProject<Projects.MariosPizzeria_Menu>("menu")).WithReference(menuDb).WaitFor(menuDb);

var kitchen = Process(builder.AddProject<Projects.MariosPizzeria_Kitchen>("kitchen")).WithReference(kitchenDb).WaitFor(kitchenDb);

var order = Process(builder.AddProject<Projects.MariosPizzeria_Order>("order"))
    .WithReference(orderDb)
    .WaitFor(orderDb)
    .WithReference(menu)
    .WithReference(kitchen)
    .WithEnvironment("PAYMENT_API_KEY", paymentKey);

Process(builder.AddProject<Projects.MariosPizzeria_Worker>("worker"))
    .WithReference(orderDb)
    .WaitFor(orderDb)
    .WithReference(order)
    .WithEnvironment("PAYMENT_API_KEY", paymentKey)
    .WithEnvironment("PAYMENT_URL", paymentUrl)
    .WithEnvironment("SMTP_HOST", smtpHost)
    .WithEnvironment("SMTP_PORT", smtpPort)
    .WithEnvironment("SMTP_FROM", smtpFrom);

Process(builder.AddProject<Projects.MariosPizzeria_Scheduler>("scheduler")).WithReference(orderDb).WaitFor(orderDb);

// The only public door.
Process(builder.AddProject<Projects.MariosPizzeria_Gateway>("gateway"))
    .WithExternalHttpEndpoints()
    .WithReference(menu)
    .WithReference(order)
    .WithReference(kitchen)
    .WaitFor(menu)
    .WaitFor(order)
    .WaitFor(kitchen);

builder.Build().Run();

// What every process has.
IResourceBuilder<ProjectResource> Process(IResourceBuilder<ProjectResource> project) =>
    project
        .WithReplicas(builder.Configuration.GetValue($"Replicas:{project.Resource.Name}", 1))
        .WithReference(redis)
        .WaitFor(redis)
        .WithReference(rabbitmq)
        .WaitFor(rabbitmq)
        .WithEnvironment("JWT_SECRET_KEY", jwtSecret)
        .WithHttpHealthCheck("/health/ready");
#else
using MariosPizzeria.AppHost;
using MariosPizzeria.ProcessHost;

// Aspire's packages are not there. If they can be had, this program starts again with them; else the same topology, as the
// committed manifest has it, runs as plain processes.
return await AspireRestore.TryStart(args) ?? await PizzeriaCommand.RunAsync(["up", "--mode", "process", .. args]);
#endif
