using System.Net.Http.Json;
using MariosPizzeria.ProcessHost.Verification;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>Places orders that then pass through all their steps in the product.</summary>
internal static class OrderTemplates
{
    public const string Name = "Zeno Template";

    /// <summary>Places an order of each kind and waits until all are finished and no work is pending.</summary>
    /// <returns>Their ids: a pickup and a delivery, both handed over, and one that was cancelled.</returns>
    public static async Task<IReadOnlyList<string>> PlaceAllAsync(RunningSystem subject)
    {
        var (chef, driver) = (await subject.TokenAsync("chef"), await subject.TokenAsync("driver"));
        var pickup = await PlaceAsync(subject, "pickup");
        var delivery = await PlaceAsync(subject, "delivery");
        var cancelled = await PlaceAsync(subject, "pickup");
        await PostAsync(subject, $"/api/orders/{cancelled}/cancel", token: null, new { reason = "It was a trial." });
        foreach (var order in (string[])[pickup, delivery])
        {
            await PostAsync(subject, $"/api/kitchen/tickets/{order}/start", chef);
            await PostAsync(subject, $"/api/kitchen/tickets/{order}/ready", chef);
        }

        await PostAsync(subject, $"/api/delivery/{delivery}/take", driver);
        await PostAsync(subject, $"/api/delivery/{delivery}/delivered", driver);
        await PostAsync(subject, $"/api/delivery/{pickup}/delivered", driver);
        await subject.UntilAsync(
            async () => (await subject.GetAsync($"/api/orders/{cancelled}")).GetProperty("status").GetString() == "cancelled",
            "an order is cancelled"
        );
        await new Backlog(subject, await subject.StatusAsync()).WaitUntilGoneAsync(accepted: 0);
        return [pickup, delivery, cancelled];
    }

    private static async Task<string> PlaceAsync(RunningSystem subject, string fulfilment)
    {
        using var answer = await SendAsync(
            subject,
            "/api/orders",
            await subject.TokenAsync("customer"),
            JsonElement.Parse(RunningSystem.OrderOf("cash", Name, fulfilment)),
            Guid.NewGuid().ToString("N")
        );
        var text = await answer.Content.ReadAsStringAsync(subject.Cancellation);
        VerificationException.Unless(answer.IsSuccessStatusCode, $"an order was answered with {(int)answer.StatusCode}: {text}");
        return JsonElement.Parse(text).GetProperty("id").GetString()!;
    }

    /// <summary>Retries a step until it is accepted: the event of the previous step may not have reached the service yet.</summary>
    private static Task<TimeSpan> PostAsync(RunningSystem subject, string url, string? token, object? body = null) =>
        subject.UntilAsync(
            async () =>
            {
                using var answer = await SendAsync(subject, url, token, body);
                return answer.IsSuccessStatusCode;
            },
            $"{url} is accepted"
        );

    private static async Task<HttpResponseMessage> SendAsync(
        RunningSystem subject,
        string url,
        string? token,
        object? body,
        string? key = null
    )
    {
        using var content = body is null ? null : JsonContent.Create(body);
        return await subject.SendAsync(HttpMethod.Post, url, token, content, key);
    }
}
