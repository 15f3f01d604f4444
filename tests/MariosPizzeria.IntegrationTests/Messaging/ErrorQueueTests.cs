using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.IntegrationTests.Documents;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.ServiceDefaults.Security;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>What an operator can do about messages that could not be handled, on a real broker.</summary>
public sealed class ErrorQueueTests
{
    [Theory]
    [InlineData("by the admin command")]
    [InlineData("from the System page")]
    public async Task What_was_laid_aside_is_seen_by_an_operator_and_handled_once_it_is_sent_back(string way)
    {
        var service = "t" + Guid.NewGuid().ToString("N")[..8];
        var broker = (await SharedServers.RabbitMq).ConnectionString;
        var stop = new StopSign(service);
        await using var process = Open(service, broker, stop);
        await using var operators = Open(service, broker, stop);
        var errors = operators.Services.GetRequiredService<ErrorQueues>();
        process.MapMessaging();
        await process.StartAsync();
        using var manager = Client(process, Roles.Manager);
        using var chef = Client(process, Roles.Chef);
        await Eventually.Until(
            "the broker is reached",
            () => process.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy
        );

        var poison = new KitchenPaused
        {
            Paused = true,
            Reason = service,
            KitchenVersion = 1,
        };
        await process
            .Services.GetRequiredService<IRepository<Parcel>>()
            .Save(Parcel.Sent("p1", DateTimeOffset.UnixEpoch), [poison], handled: null, default);
        await Eventually.Until("it is laid aside", async () => (await errors.Look(10, default)).Count == 1);

        IReadOnlyList<LaidAside> looked = [];
        await Eventually.Until("looking has taken nothing away", async () => (looked = await errors.Look(10, default)).Count == 1);
        var seen = looked[0];
        (seen.Queue, seen.Type).ShouldBe(($"{service}-gate", nameof(KitchenPaused)));
        seen.Fault.ShouldNotBeNull().ShouldContain("no way through");
        seen.Body.ShouldContain(poison.EventId.ToString());

        // A look puts the message back when its channel ends, a moment later.
        IReadOnlyList<QueueDepth> depths = [];
        await Eventually.Until("it is back", async () => (depths = await errors.Depths(default)) is [{ LaidAside: 1 }]);
        depths.ShouldBe([new($"{service}-gate", Waiting: 0, Consumers: 1, LaidAside: 1)]);

        var shown = await manager.GetFromJsonAsync<JsonElement>("/internal/messaging");
        shown.GetProperty("laidAside")[0].GetProperty("body").GetString().ShouldBe(seen.Body);
        (await chef.GetAsync("/internal/messaging")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await chef.PostAsync("/internal/messaging/send-back", content: null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        stop.IsUp = false;
        if (way == "by the admin command")
        {
            (await operators.RunAsync(["reprocess-errors"])).ShouldBe(0);
        }
        else
        {
            var sent = await manager.PostAsync("/internal/messaging/send-back", content: null);
            (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("count").GetInt32().ShouldBe(1);
        }

        await Eventually.Until("it is handled", () => stop.Passed == 1);
        (await errors.Look(10, default)).ShouldBeEmpty();
        (await errors.SendBack(default)).ShouldBeEmpty();
        (await errors.Depths(default)).ShouldBe([new($"{service}-gate", Waiting: 0, Consumers: 1, LaidAside: 0)]);
    }

    private static HttpClient Client(WebApplication process, string role) =>
        new()
        {
            BaseAddress = new(process.Urls.First()),
            DefaultRequestHeaders =
            {
                Authorization = new(
                    "Bearer",
                    process.Services.GetRequiredService<Tokens>().Issue(role, role, [role], TimeSpan.FromMinutes(1))
                ),
            },
        };

    private static WebApplication Open(string service, string broker, StopSign stop)
    {
        var builder = PizzeriaHost.CreateBuilder(
            "test",
            ["--environment", Environments.Development, "--PORT=0", "--SERVER_HOST=127.0.0.1", "--Drain:Delay=0"]
        );
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:rabbitmq"] = broker;
        builder.AddDocuments("testdb");
        builder.AddMessaging("rabbitmq", service, bus => bus.AddConsumer<Gate>());
        builder.Services.AddDocumentType(Parcels.Type);
        builder.Services.AddSingleton(stop);
        return builder.Build();
    }

    /// <summary>Whether the gate lets anything through.</summary>
    public sealed class StopSign(string name)
    {
        private int _passed;

        /// <summary>Of what it stops.</summary>
        public string Name { get; } = name;

        public bool IsUp { get; set; } = true;

        public int Passed => Volatile.Read(ref _passed);

        public void Pass() => Interlocked.Increment(ref _passed);
    }

    /// <summary>Fails until the sign is down.</summary>
    public sealed class Gate(StopSign stop) : IConsumer<KitchenPaused>
    {
        /// <inheritdoc/>
        public Task Consume(ConsumeContext<KitchenPaused> context)
        {
            // The broker is everybody's: what others pause is not for this gate.
            if (context.Message.Reason != stop.Name)
            {
                return Task.CompletedTask;
            }

            if (stop.IsUp)
            {
                throw new InvalidOperationException("no way through");
            }

            stop.Pass();
            return Task.CompletedTask;
        }
    }
}
