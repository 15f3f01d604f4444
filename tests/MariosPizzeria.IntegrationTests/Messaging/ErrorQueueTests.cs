using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.IntegrationTests.Documents;
using MariosPizzeria.IntegrationTests.Servers;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>The handling of dead letters by an operator, on a real broker.</summary>
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
        var errors = operators.Services.GetRequiredService<DeadLetterQueues>();
        process.MapMessaging();
        await process.StartAsync();
        using var manager = Client(process, Roles.Manager);
        using var chef = Client(process, Roles.Chef);
        await Eventually.UntilAsync(
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
            .SaveAsync(Parcel.Sent("p1", DateTimeOffset.UnixEpoch), [poison], handled: null, default);
        await Eventually.UntilAsync("it is laid aside", async () => (await errors.PeekAsync(10, default)).Count == 1);

        IReadOnlyList<DeadLetter> looked = [];
        await Eventually.UntilAsync(
            "looking has taken nothing away",
            async () => (looked = await errors.PeekAsync(10, default)).Count == 1
        );
        var seen = looked[0];
        (seen.Queue, seen.Type).ShouldBe(($"{service}-gate", nameof(KitchenPaused)));
        seen.Fault.ShouldNotBeNull().ShouldContain("no way through");
        seen.Body.ShouldContain(poison.EventId.ToString());

        // A peek returns the message to the queue when its channel closes, a moment later. Events of other tests also pass this queue.
        await HasDepth(new($"{service}-gate", Waiting: 0, Consumers: 1, DeadLetters: 1));

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

        await Eventually.UntilAsync("it is handled", () => stop.Passed == 1);
        (await errors.PeekAsync(10, default)).ShouldBeEmpty();
        (await errors.RedriveAsync(default)).ShouldBeEmpty();
        await HasDepth(new($"{service}-gate", Waiting: 0, Consumers: 1, DeadLetters: 0));

        Task HasDepth(QueueDepth depth) =>
            Eventually.UntilAsync(
                $"it is seen as {depth}",
                async () => await errors.GetDepthsAsync(default) is [var only] && only == depth
            );
    }

    private static HttpClient Client(WebApplication process, string role) =>
        new()
        {
            BaseAddress = new(process.Urls.First()),
            DefaultRequestHeaders =
            {
                Authorization = new(
                    "Bearer",
                    process.Services.GetRequiredService<AccessTokenIssuer>().Issue(role, role, [role], TimeSpan.FromMinutes(1))
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

    /// <summary>Controls whether the gate fails.</summary>
    public sealed class StopSign(string name)
    {
        private int _passed;

        /// <summary>The name in the events that it stops.</summary>
        public string Name { get; } = name;

        public bool IsUp { get; set; } = true;

        public int Passed => Volatile.Read(ref _passed);

        public void Pass() => Interlocked.Increment(ref _passed);
    }

    /// <summary>Fails while the sign is up.</summary>
    public sealed class Gate(StopSign stop) : IConsumer<KitchenPaused>
    {
        /// <inheritdoc/>
        public Task Consume(ConsumeContext<KitchenPaused> context)
        {
            // All tests share the broker: events of other tests are not for this gate.
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
