using System.Collections.Concurrent;
using System.Net.Http.Headers;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Tests.Ordering;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>A log is read by many and kept for long: who the customer is does not stand in it (mission XI 5).</summary>
public sealed class PrivacyTests
{
    private static readonly string[] Private =
    [
        "lovelace",
        "Ada Lovelace",
        "ada@example.org",
        "+1 555 0199",
        "12 St James",
        "correct horse",
        "Ring the left bell",
        "tok_of_ada",
    ];

    [Fact]
    public async Task No_line_of_the_log_has_personal_data()
    {
        using var log = new Lines();
        await using var service = new OrderFactory();
        await using var watched = service.WithWebHostBuilder(builder =>
            builder.ConfigureTestServices(services => services.AddSingleton<ILoggerProvider>(log))
        );
        using var anonymous = watched.CreateClient();
        using var customer = watched.CreateClient();
        customer.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            watched.Services.GetRequiredService<Tokens>().Issue("customer-1", "Ada Lovelace", ["customer"], TimeSpan.FromMinutes(5))
        );

        var account = new
        {
            username = "lovelace",
            password = "correct horse",
            name = "Ada Lovelace",
            email = "ada@example.org",
            phone = "+1 555 0199",
            address = "12 St James",
        };
        await anonymous.Post("/api/auth/register", account).Json(201);
        await anonymous.Post("/api/auth/register", account).Problem(409, "already-exists");
        await anonymous.Post("/api/auth/token", account).Json();
        await anonymous.Post("/api/auth/token", new { username = "lovelace", password = "correct horses" }).Problem(401, "unauthenticated");
        await customer.Post("/api/orders", Order("12 St James")).Json(201);
        await customer.Post("/api/orders", Order(new string('x', 300))).Problem(400, "validation");
        service.Menu.Answer = StandIn.Down;
        await customer.Post("/api/orders", Order("12 St James")).Problem(503, "menu-unavailable");

        log.Text.ShouldContain(line => line.Contains("Order created", StringComparison.Ordinal));
        log.Text.ShouldContain(line => line.Contains("customer-1", StringComparison.Ordinal));
        log.Text.ShouldAllBe(line => !Private.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
    }

    private static object Order(string address) =>
        new
        {
            items = new[]
            {
                new
                {
                    pizzaId = "margherita",
                    size = "medium",
                    quantity = 2,
                    extraToppings = Array.Empty<string>(),
                },
            },
            customer = new
            {
                name = "Ada Lovelace",
                phone = "+1 555 0199",
                address,
            },
            fulfilment = "delivery",
            paymentMethod = "credit_card",
            payment = new { cardToken = "tok_of_ada" },
            notes = "Ring the left bell",
        };

    /// <summary>All that is logged: messages, fields and exceptions.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Text { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) =>
            Text.Enqueue(
                string.Join(
                    ' ',
                    (state as IEnumerable<KeyValuePair<string, object?>> ?? [])
                        .Select(field => $"{field.Key}={field.Value}")
                        .Append(formatter(state, exception))
                        .Append(exception?.ToString())
                )
            );
    }
}
