using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Tests.Ordering;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>Many people read the log, and it is kept for long, so it must not contain who the customer is (mission XI 5).</summary>
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
        "second floor",
        "crustaceans",
        "also kiwi",
    ];

    [Fact]
    public async Task No_line_of_the_log_and_no_span_has_personal_data()
    {
        using var log = new LogLines();
        var spans = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
                spans.Enqueue(
                    string.Join(
                        ' ',
                        span.TagObjects.Concat(span.Events.SelectMany(each => each.Tags))
                            .Concat(span.Baggage.Select(each => KeyValuePair.Create<string, object?>(each.Key, each.Value)))
                            .Select(tag => $"{tag.Key}={tag.Value}")
                            .Prepend(span.DisplayName)
                    )
                ),
        };
        ActivitySource.AddActivityListener(listener);
        await using var service = new OrderFactory();
        await using var watched = service.WithWebHostBuilder(builder =>
            builder.ConfigureTestServices(services => services.AddSingleton<ILoggerProvider>(log))
        );
        using var anonymous = watched.CreateClient();
        using var customer = watched.CreateClient();
        customer.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            watched
                .Services.GetRequiredService<AccessTokenIssuer>()
                .Issue("customer-1", "Ada Lovelace", ["customer"], TimeSpan.FromMinutes(5))
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
        await anonymous.PostAsync("/api/auth/register", account).JsonAsync(201);
        await anonymous.PostAsync("/api/auth/register", account).ProblemAsync(409, "already-exists");
        await anonymous.PostAsync("/api/auth/token", account).JsonAsync();
        await anonymous
            .PostAsync("/api/auth/token", new { username = "lovelace", password = "correct horses" })
            .ProblemAsync(401, "unauthenticated");
        await customer.PostAsync("/api/orders", Order("12 St James")).JsonAsync(201);
        await customer.PostAsync("/api/orders", Order(new string('x', 300))).ProblemAsync(400, "validation");
        var tracked = await anonymous.PostAsync("/api/guest/orders", Order("12 St James")).JsonAsync(201);
        var token = tracked.GetProperty("trackingToken").GetString()!;
        await anonymous.ReadAsync($"/api/track/{token}").JsonAsync();
        await anonymous.ReadAsync($"/API/Track/{token}/nothing").ProblemAsync(404, "not-found");
        await anonymous.PostAsync($"/api/track/{token}/cancel", new { reason = "12 St James" }).JsonAsync();
        service.Menu.Answer = StandIn.Down;
        await customer.PostAsync("/api/orders", Order("12 St James")).ProblemAsync(503, "menu-unavailable");

        // Messages, fields and exceptions.
        var lines = log.Entries.Select(entry => entry.Text).ToList();
        lines.ShouldContain(line => line.Contains("Order created", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("customer-1", StringComparison.Ordinal));
        lines.ShouldAllBe(line => !Private.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        spans.ShouldContain(span => span.Contains("/api/orders", StringComparison.Ordinal), string.Join("\n", spans));
        spans.ShouldAllBe(span => !Private.Any(secret => span.Contains(secret, StringComparison.OrdinalIgnoreCase)));

        // The token gives access to the order. Its first part is the order's id, by which staff find it.
        var secret = token[(token.IndexOf('.') + 1)..];
        lines.Concat(spans).ShouldAllBe(text => !text.Contains(secret, StringComparison.OrdinalIgnoreCase));
        lines.Concat(spans).ShouldContain(text => text.Contains("/api/track/***", StringComparison.Ordinal));
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
            doorNotes = "second floor",
            allergies = new[] { "crustaceans" },
            allergyNote = "also kiwi",
        };
}
