using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.ProcessHost.Commands;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Verification;

/// <summary>A running system, as its users and its operator get at it.</summary>
internal sealed class Subject(Checkout checkout, Uri gateway) : IDisposable
{
    private const int LatestBytes = 4 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentBag<string> _ordered = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
    {
        BaseAddress = gateway,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public Checkout Checkout => checkout;

    public HttpClient Http => _http;

    /// <summary>Lets requests speak for one of Development's accounts.</summary>
    public async Task SignInAsync(string username, CancellationToken cancellation)
    {
        using var answer = await _http.PostAsJsonAsync("/api/auth/token", new { username, password = "test" }, cancellation);
        VerificationException.Unless(answer.IsSuccessStatusCode, $"{username} cannot sign in: {(int)answer.StatusCode}");
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation)).GetProperty("access_token").GetString();
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>What <c>status --json</c> says.</summary>
    public async Task<SystemStatus> StatusAsync(CancellationToken cancellation) =>
        (await AskAsync(new HostRequest("status"), cancellation)).Status!;

    /// <summary>How a command is run with a service's configuration.</summary>
    public async Task<OneOff> OneOffAsync(string service, CancellationToken cancellation) =>
        (await AskAsync(new HostRequest("one-off") { Name = service }, cancellation)).OneOff!;

    /// <summary>Asks the host.</summary>
    public async Task<HostReply> AskAsync(HostRequest request, CancellationToken cancellation)
    {
        var host =
            await ControlClient.ConnectAsync(checkout.State, cancellation)
            ?? throw new VerificationException("the system ended while it was looked at");
        return await ControlClient.AskAsync(host, request, null, cancellation)
            ?? throw new VerificationException("the system ended while it was looked at");
    }

    /// <summary>A one-off process of a service.</summary>
    /// <param name="service">Whose.</param>
    /// <param name="words">Its command line.</param>
    /// <param name="configured">False takes the running system's configuration away.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<ToolResult> RunAsync(string service, string[] words, bool configured, CancellationToken cancellation)
    {
        var launch = await OneOffAsync(service, cancellation);
        var environment = configured
            ? launch.Environment
            : new Dictionary<string, string?>(StringComparer.Ordinal) { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["PORT"] = "0" };
        return await Child.RunAsync(
            "dotnet",
            [launch.Dll, .. words],
            cancellation,
            workingDirectory: launch.Folder,
            environment: environment
        );
    }

    /// <summary>Places an order for one medium Margherita.</summary>
    public async Task<JsonElement> PlaceOrderAsync(
        string payment,
        CancellationToken cancellation,
        string? correlation = null,
        string name = "Giulia Verifica"
    )
    {
        using var answer = await SendOrderAsync(Guid.NewGuid().ToString("N"), payment, cancellation, correlation, name);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        VerificationException.Unless(answer.IsSuccessStatusCode, $"an order was answered with {(int)answer.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>Sends an order under an idempotency key.</summary>
    public async Task<HttpResponseMessage> SendOrderAsync(
        string key,
        string payment,
        CancellationToken cancellation,
        string? correlation = null,
        string name = "Giulia Verifica"
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders")
        {
            Content = JsonContent.Create(
                new
                {
                    items = new[]
                    {
                        new
                        {
                            pizzaId = "margherita",
                            size = "medium",
                            extraToppings = Array.Empty<string>(),
                            quantity = 1,
                        },
                    },
                    customer = new
                    {
                        name,
                        phone = "+39 055 7654321",
                        address = "Via della Prova 12",
                    },
                    fulfilment = "pickup",
                    paymentMethod = payment,
                }
            ),
        };
        request.Headers.Add("Idempotency-Key", key);
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

    /// <summary>Reads JSON, from the gateway or from a process' own address.</summary>
    public async Task<JsonElement> GetAsync(string url, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(new Uri(gateway, url), cancellation);
        VerificationException.Unless(answer.IsSuccessStatusCode, $"{url} was answered with {(int)answer.StatusCode}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
    }

    /// <summary>Waits until it is so.</summary>
    /// <returns>How long that took.</returns>
    public static async Task<TimeSpan> UntilAsync(Func<Task<bool>> condition, string what, CancellationToken cancellation)
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
                // Not yet.
            }

            if (clock.Elapsed > Patience)
            {
                throw new VerificationException(
                    string.Create(CultureInfo.InvariantCulture, $"after {Patience.TotalSeconds:0} s still not: {what}")
                );
            }

            await Task.Delay(50, cancellation);
        }
    }

    /// <summary>Waits until everything is ready.</summary>
    public Task<TimeSpan> UntilReadyAsync(CancellationToken cancellation) =>
        UntilAsync(async () => (await StatusAsync(cancellation)).Ready, "everything is ready", cancellation);

    /// <summary>Waits until a replica that was killed is back under another pid.</summary>
    public Task<TimeSpan> UntilBackAsync(ProcessStatus killed, CancellationToken cancellation) =>
        UntilAsync(
            async () =>
                (await StatusAsync(cancellation)).Processes.Any(p =>
                    p.Name == killed.Name && p.Replica == killed.Replica && p.Ready && p.Pid != killed.Pid
                ),
            $"{killed.Name}/{killed.Replica} is back",
            cancellation
        );

    /// <summary>Cancels what was ordered here, as far as it can be; nobody would come for it.</summary>
    public Task CancelOrdersAsync() =>
        Parallel.ForEachAsync(
            _ordered,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (id, cancellation) =>
            {
                try
                {
                    using var answer = await _http.PostAsJsonAsync(
                        $"/api/orders/{id}/cancel",
                        new { reason = "It was a trial." },
                        cancellation
                    );
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
                {
                    // What was found out counts; the order stays.
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
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var skipped = Math.Max(0, stream.Length - LatestBytes);
                stream.Seek(skipped, SeekOrigin.Begin);
                using var reader = new StreamReader(stream);
                var text = reader.ReadToEnd();
                // The first line may be cut by where the reading began, and the last one is perhaps still being written.
                var begin = skipped == 0 ? 0 : text.IndexOf('\n', StringComparison.Ordinal) + 1;
                var end = text.LastIndexOf('\n') + 1;
                return end <= begin ? [] : text[begin..end].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            });

    /// <summary>The message of a log line; null where the line is not a JSON object with one.</summary>
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

    /// <summary>The beginning of an order's id, as people read it.</summary>
    public static string ShortId(JsonElement order) => order.GetProperty("id").GetString() is { } id ? id[..Math.Min(8, id.Length)] : "?";
}
