using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using MariosPizzeria.ProcessHost.Commands;

namespace MariosPizzeria.ProcessHost.Verification;

/// <summary>Access to a running system as its users and its operator have it. The token cancels every operation.</summary>
internal sealed class RunningSystem(Checkout checkout, Uri gateway, CancellationToken cancellation) : IDisposable
{
    public const string Phone = "+39 055 7654321";

    private const int LatestBytes = 4 << 20;

    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(60);

    private readonly ConcurrentBag<string> _ordered = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
    {
        BaseAddress = gateway,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public Checkout Checkout => checkout;

    public CancellationToken Cancellation => cancellation;

    public AspireManifest Manifest { get; } = AspireManifest.Read(checkout.ManifestPath);

    public HttpClient Http => _http;

    /// <summary>Signs in as one of Development's accounts; later requests send its token.</summary>
    public async Task SignInAsync(string username) =>
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(username));

    public async Task<string> TokenAsync(string username)
    {
        using var answer = await _http.PostAsJsonAsync("/api/auth/token", new { username, password = "test" }, cancellation);
        VerificationException.Unless(answer.IsSuccessStatusCode, $"{username} cannot sign in: {(int)answer.StatusCode}");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation)).GetProperty("access_token").GetString()!;
    }

    /// <summary>Returns the status, as <c>status --json</c> shows it.</summary>
    public async Task<SystemStatus> StatusAsync() => (await SendToHostAsync(new HostRequest("status"))).Status!;

    public async Task<OneOffLaunch> OneOffAsync(string service) =>
        (await SendToHostAsync(new HostRequest("one-off") { Name = service })).OneOff!;

    public async Task<HostReply> SendToHostAsync(HostRequest request) =>
        await ControlClient.SendAsync(checkout.State, request, cancellation)
        ?? throw new VerificationException("the system ended during the check");

    /// <summary>Runs a one-off process of a service.</summary>
    /// <param name="configured">Whether the process gets the configuration of the running system.</param>
    public async Task<ToolResult> RunAsync(string service, string[] words, bool configured)
    {
        var launch = await OneOffAsync(service);
        var bare = new Dictionary<string, string?> { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["PORT"] = "0" };
        return await (configured ? launch : launch with { Environment = bare }).RunAsync(words, cancellation);
    }

    /// <summary>Places an order for one medium Margherita.</summary>
    public async Task<JsonElement> PlaceOrderAsync(string payment, string? correlation = null, string name = "Giulia Verifica")
    {
        using var answer = await SendOrderAsync(payment, correlation, name);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        VerificationException.Unless(answer.IsSuccessStatusCode, $"an order was answered with {(int)answer.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    public static string OrderOf(string payment, string name, string fulfilment = "pickup") =>
        $$"""
            {
              "items": [{ "pizzaId": "margherita", "size": "medium", "extraToppings": [], "quantity": 1 }],
              "customer": { "name": "{{name}}", "phone": "{{Phone}}", "address": "Via della Prova 12" },
              "fulfilment": "{{fulfilment}}",
              "paymentMethod": "{{payment}}"
            }
            """;

    /// <summary>Sends an order for one medium Margherita, with a new idempotency key.</summary>
    public async Task<HttpResponseMessage> SendOrderAsync(string payment, string? correlation = null, string name = "Giulia Verifica")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders")
        {
            Content = new StringContent(OrderOf(payment, name), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid():N}");
        if (correlation is not null)
        {
            request.Headers.Add("X-Correlation-Id", correlation);
        }

        var answer = await _http.SendAsync(request, cancellation);
        if (answer.IsSuccessStatusCode)
        {
            _ordered.Add((await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation)).GetProperty("id").GetString()!);
        }

        return answer;
    }

    public async Task<string> AccountIdAsync(string username) =>
        (await GetAsync("/api/auth/me", await TokenAsync(username))).GetProperty("id").GetString()!;

    /// <summary>Sends a request.</summary>
    /// <param name="token">The token of the request; null for that of the signed-in account.</param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string url,
        string? token = null,
        HttpContent? content = null,
        string? key = null
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(gateway, url)) { Content = content };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await _http.SendAsync(request, cancellation);
    }

    /// <summary>Reads JSON from the gateway or from the address of a process.</summary>
    /// <param name="token">The token of the request; null for that of the signed-in account.</param>
    public async Task<JsonElement> GetAsync(string url, string? token = null)
    {
        using var answer = await SendAsync(HttpMethod.Get, url, token);
        VerificationException.Unless(answer.IsSuccessStatusCode, $"{url} was answered with {(int)answer.StatusCode}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
    }

    /// <summary>Waits until the condition holds.</summary>
    /// <returns>The time that it took.</returns>
    public async Task<TimeSpan> UntilAsync(Func<Task<bool>> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await condition())
                {
                    return clock.Elapsed;
                }
            }
            catch (HttpRequestException)
            {
                // The system is not reachable yet.
            }

            if (clock.Elapsed > WaitTimeout)
            {
                throw new VerificationException($"after {WaitTimeout.TotalSeconds:0} s still not: {what}");
            }

            await Task.Delay(50, cancellation);
        }
    }

    public Task<TimeSpan> UntilReadyAsync() => UntilAsync(async () => (await StatusAsync()).Ready, "everything is ready");

    /// <summary>Waits until a killed replica is ready again with another pid.</summary>
    public Task<TimeSpan> UntilBackAsync(ProcessStatus killed) =>
        UntilAsync(
            async () =>
                (await StatusAsync()).Processes.Any(p =>
                    p.Name == killed.Name && p.Replica == killed.Replica && p.Ready && p.Pid != killed.Pid
                ),
            $"{killed.Name}/{killed.Replica} is back"
        );

    /// <summary>Adds the pending and confirmed orders under a name to those that <see cref="CancelOrdersAsync"/> cancels.</summary>
    public async Task TrackOrdersOfAsync(string name)
    {
        var first = $"/api/orders?q={Uri.EscapeDataString(name)}&status=pending,confirmed&pageSize=100";
        string? after = null;
        do
        {
            var page = await GetAsync(after is null ? first : $"{first}&after={Uri.EscapeDataString(after)}");
            foreach (var order in page.GetProperty("items").EnumerateArray())
            {
                _ordered.Add(order.GetProperty("id").GetString()!);
            }

            after = page.GetProperty("next").GetString();
        } while (after is not null);
    }

    /// <summary>Cancels the orders that were placed here, if they can be cancelled: no guest would collect them.</summary>
    public Task CancelOrdersAsync() =>
        Parallel.ForEachAsync(
            _ordered,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (id, token) =>
            {
                try
                {
                    using var answer = await _http.PostAsJsonAsync($"/api/orders/{id}/cancel", new { reason = "It was a trial." }, token);
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
                {
                    // The failure does not affect the results; the order stays.
                }
            }
        );

    public void Dispose() => _http.Dispose();

    /// <summary>The last lines that the replicas of a process type wrote, at most 4 MiB of each.</summary>
    public IEnumerable<string> Lines(string type) =>
        Directory
            .EnumerateFiles(Checkout.State.Logs, type + ".*.log")
            .SelectMany(file =>
            {
                using var stream = Files.OpenShared(file);
                var skipped = Math.Max(0, stream.Length - LatestBytes);
                stream.Seek(skipped, SeekOrigin.Begin);
                using var reader = new StreamReader(stream);
                var text = reader.ReadToEnd();
                // The first line may be incomplete because reading began within it, and the last line because it is still being written.
                var begin = skipped == 0 ? 0 : text.IndexOf('\n') + 1;
                var end = text.LastIndexOf('\n') + 1;
                return end <= begin ? [] : text[begin..end].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            });

    /// <summary>Returns the message of a log line; null if the line is not a JSON object with a message.</summary>
    public static string? MessageOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.GetProperty("message").GetString() : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Returns the first 8 characters of an order's id, for messages.</summary>
    public static string ShortId(JsonElement order) => order.GetProperty("id").GetString() is { } id ? id[..Math.Min(8, id.Length)] : "?";
}
