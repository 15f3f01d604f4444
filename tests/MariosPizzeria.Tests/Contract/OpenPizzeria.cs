using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.Tests.Foundation;
using MariosPizzeria.Tests.Ordering;
using MariosPizzeria.Worker.Payments;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MariosPizzeria.Tests.Contract;

/// <summary>
/// The running pizzeria in this process: web processes on real servers, a worker that shares Order's database and uses its payment
/// sandbox, a mail server, and one bus for all.
/// </summary>
public sealed class OpenPizzeria : Pizzeria
{
    private readonly MailServer _mail = new();
    private readonly List<IAsyncDisposable> _more = [];

    internal Wire Wire { get; } = new();

    /// <summary>All mails that were sent.</summary>
    internal IReadOnlyList<MailServer.Mail> Mails => _mail.Taken;

    /// <summary>Returns a service of a process.</summary>
    public T Get<T>(string process)
        where T : notnull => Processes[process].GetRequiredService<T>();

    /// <summary>Creates a scope of a process's services.</summary>
    public AsyncServiceScope Scope(string process) => Processes[process].CreateAsyncScope();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Add<PaymentProvider>("worker");
        foreach (var process in Processes.Where(process => process.Value.GetService<IBus>() is not null))
        {
            Wire.Connect(process.Key, process.Value);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var process in _more)
        {
            await process.DisposeAsync();
        }

        _mail.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>Starts another process type of the Order service, on the same database.</summary>
    internal void Add<TMember>(string name)
        where TMember : class
    {
        var process = new ProcessType<TMember>(this);
        _more.Add(process);
        Processes[name] = process.Services;
    }

    private sealed class ProcessType<TMember>(OpenPizzeria pizzeria) : WebApplicationFactory<TMember>
        where TMember : class
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Development");
            builder.UseSetting("LOG_LEVEL", "Critical");
            builder.UseSetting("Drain:Delay", "0");
            builder.UseSetting("Backlog:MostAge", "600");
            builder.UseSetting("JWT_SECRET_KEY", Secret);
            builder.UseSetting("services:order:http:0", pizzeria.Addresses["order"].AbsoluteUri);
            foreach (var backing in new[] { "orderdb", "redis", "rabbitmq" })
            {
                builder.UseSetting($"ConnectionStrings:{backing}", "");
            }

            foreach (var (setting, value) in pizzeria._mail.Settings)
            {
                builder.UseSetting(setting, value);
            }

            builder.ConfigureTestServices(services =>
            {
                services.RemoveAll<IWarmUp>();
                foreach (var kind in pizzeria.Get<IEnumerable<IDocumentType>>("order"))
                {
                    var repository = typeof(IRepository<>).MakeGenericType(kind.GetType().GetGenericArguments()[0]);
                    services.AddSingleton(repository, pizzeria.Processes["order"].GetRequiredService(repository));
                }
            });
        }
    }
}
