using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Worker.Payments;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>The worker in this process, with the payment provider that a test passes.</summary>
public sealed class WorkerFactory(Func<HttpMessageHandler> provider) : ServiceFactory<PaymentProvider>
{
    /// <summary>The service whose database it uses; its own database if null.</summary>
    public OrderFactory? SharesWith { get; init; }

    /// <summary>Whether it has the address of Order, whose sandbox is the payment provider.</summary>
    public bool HasSandbox { get; init; } = true;

    /// <summary>Additional settings: the mail server.</summary>
    public Dictionary<string, string> Settings { get; init; } = [];

    public Task HearAsync<T>(T e)
        where T : Event => Get<IBus>().Publish(e);

    public Task<Payment?> PaymentAsync(string orderId) => Get<IRepository<Payment>>().FindAsync(orderId, CancellationToken.None);

    public async Task SettlesAsync(string orderId, CollectionStatus status) =>
        await Answers.EventuallyAsync(async () => (await PaymentAsync(orderId))?.Status == status, $"the payment of {orderId} is {status}");

    public static PaymentRequested Requested(string orderId, string? cardToken) =>
        new()
        {
            OrderId = orderId,
            CustomerId = Orders.Customer,
            Amount = new(5577),
            Method = cardToken is null ? PaymentMethod.Cash : PaymentMethod.CreditCard,
            CardToken = cardToken,
        };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        if (HasSandbox)
        {
            builder.UseSetting("services:order:http:0", "http://order");
        }

        foreach (var (setting, value) in Settings)
        {
            builder.UseSetting(setting, value);
        }

        builder.ConfigureTestServices(services =>
        {
            services.AddHttpClient(nameof(PaymentProvider)).ConfigurePrimaryHttpMessageHandler(provider);
            if (SharesWith is not null)
            {
                services.AddSingleton<TimeProvider>(SharesWith.Clock);
                services.AddSingleton(SharesWith.Get<IRepository<Order>>());
                services.AddSingleton(SharesWith.Get<IRepository<Payment>>());
                services.AddSingleton(SharesWith.Get<IRepository<Account>>());
                services.AddSingleton(SharesWith.Get<IRepository<Notification>>());
                services.AddSingleton(SharesWith.Get<IRepository<DailyReport>>());
            }
        });
    }
}
