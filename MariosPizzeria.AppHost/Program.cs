using MariosPizzeria.AppHost;

var builder = DistributedApplication.CreateBuilder(RunArguments.WithDefaults(args));
builder.UsePorts();

var servers = await Servers.AddAsync(builder);

// Parameters that the operator provides. In run mode the secrets are generated, and payments go to the sandbox.
var jwtSecret = builder.AddParameter("jwt-secret", Generated(48), secret: true, persist: true);
var paymentKey = builder.ExecutionContext.IsRunMode
    ? builder.AddParameter("payment-api-key", Generated(24), secret: true, persist: true)
    : builder.AddParameter("payment-api-key", secret: true);
var paymentUrl = builder.AddParameter("payment-url", "", publishValueAsDefault: true);
var smtpHost = builder.AddParameter("smtp-host", "", publishValueAsDefault: true);
var smtpPort = builder.AddParameter("smtp-port", "587", publishValueAsDefault: true);
var smtpFrom = builder.AddParameter("smtp-from", "orders@marios-pizzeria.example", publishValueAsDefault: true);

// Services, and the one-off commands that prepare or repair each service's own database.
var menu = Process<Projects.MariosPizzeria_MenuService>("menu", process => process.WithReference(servers.MenuDb).WaitFor(servers.MenuDb))
    .WithOneOffs("migrate", "seed");

var kitchen = Process<Projects.MariosPizzeria_KitchenService>(
        "kitchen",
        process => process.WithReference(servers.KitchenDb).WaitFor(servers.KitchenDb)
    )
    .WithOneOffs("migrate", "seed");

var order = Process<Projects.MariosPizzeria_OrderService>(
        "order",
        process =>
            process
                .WithReference(servers.OrderDb)
                .WaitFor(servers.OrderDb)
                .WithReference(menu)
                .WithReference(kitchen)
                .WithEnvironment("PAYMENT_API_KEY", paymentKey)
    )
    .WithOneOffs("migrate", "seed")
    .WithAdminCommands("fix-corrupted-orders", "reprocess-errors");

// The Order service owns the accounts and tells the other services whether a user's token is still valid.
menu.WithReference(order);
kitchen.WithReference(order);

// The Order service's other process types. They need the resources that order's migrate creates.
var worker = Process<Projects.MariosPizzeria_Worker>(
        "worker",
        process =>
            process
                .WithReference(servers.OrderDb)
                .WithReference(order)
                .WithEnvironment("PAYMENT_API_KEY", paymentKey)
                .WithEnvironment("PAYMENT_URL", paymentUrl)
                .WithEnvironment("SMTP_HOST", smtpHost)
                .WithEnvironment("SMTP_PORT", smtpPort)
                .WithEnvironment("SMTP_FROM", smtpFrom)
    )
    .WaitFor(order);

var scheduler = Process<Projects.MariosPizzeria_Scheduler>("scheduler", process => process.WithReference(servers.OrderDb)).WaitFor(order);

// The only public endpoint. It calls the services over HTTP and neither publishes nor consumes events. It queries only the status of worker
// and scheduler, and waits for neither.
Process<Projects.MariosPizzeria_Gateway>(
        "gateway",
        process => process.WithReference(menu).WithReference(order).WithReference(kitchen).WithReference(worker).WithReference(scheduler),
        events: false
    )
    .WithExternalHttpEndpoints()
    .WithPublicPort()
    .WithUrlForEndpoint("http", url => url.DisplayText = "Mario's Pizzeria")
    .WithUrlForEndpoint("http", _ => new() { Url = "/kitchen", DisplayText = "Kitchen" })
    .WithUrlForEndpoint("http", _ => new() { Url = "/docs", DisplayText = "API documents" })
    .WaitFor(menu)
    .WaitFor(order)
    .WaitFor(kitchen);

builder.AddRestarts();
builder.Build().Run();

// Attaches a process, besides its own resources, to the shared ones: the cache, the key that signs tokens and, for most, the event bus.
IResourceBuilder<ProjectResource> Process<TProject>(
    string name,
    Func<IResourceBuilder<ProjectResource>, IResourceBuilder<ProjectResource>> attach,
    bool events = true
)
    where TProject : IProjectMetadata, new() =>
    builder.AddProcess<TProject>(
        name,
        process =>
        {
            attach(process).WithReference(servers.Redis).WaitFor(servers.Redis);
            if (events)
            {
                process.WithReference(servers.RabbitMq).WaitFor(servers.RabbitMq);
            }

            return process.WithEnvironment("JWT_SECRET_KEY", jwtSecret);
        }
    );

// Without special characters the plain and the URI-encoded value are the same.
static GenerateParameterDefault Generated(int length) => new() { MinLength = length, Special = false };
