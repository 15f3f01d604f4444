using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>The amounts that the provider charged and refunded for one order.</summary>
/// <param name="Charges">The number of idempotency keys that were charged.</param>
internal sealed record ProviderAccount(string OrderId, int Charges, decimal Charged, decimal Refunded);

/// <summary>
/// A payment provider outside of the system, which is never killed and keeps its own record of all money that moved. (Development's
/// sandbox keeps its responses in the system's Redis, and no record of money.) It charges and refunds once for each idempotency key,
/// refunds no more than it charged, and simulates the faults of a provider: for some orders it executes the first request and breaks the
/// connection within the response, for others its first response is 503.
/// </summary>
internal sealed class RecordingProvider : IAsyncDisposable
{
    private static readonly TimeSpan SlowCardDelay = TimeSpan.FromSeconds(3);

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, int> _requests = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Body, int Status, string Answer)> _answers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProviderAccount> _accounts = new(StringComparer.Ordinal);
    private readonly Task _serving;

    public RecordingProvider()
    {
        Address = new($"http://127.0.0.1:{LoopbackPort.Free()}/");
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The address for <c>PAYMENT_URL</c>.</summary>
    public Uri Address { get; }

    /// <summary>The accounts of all orders for which money moved.</summary>
    public IReadOnlyList<ProviderAccount> Accounts
    {
        get
        {
            lock (_lock)
            {
                return [.. _accounts.Values];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            await HandleRequestAsync(context.Request, context.Response);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client was killed before it got the response.
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            context.Response.StatusCode = 400;
            context.Response.Close();
        }
    }

    private async Task HandleRequestAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        using var reader = new StreamReader(request.InputStream);
        var body = await reader.ReadToEndAsync();
        var key = request.Headers["Idempotency-Key"];
        if (key is null || request.Headers["Authorization"]?.StartsWith("Bearer ", StringComparison.Ordinal) != true)
        {
            response.StatusCode = key is null ? 400 : 401;
            response.Close();
            return;
        }

        var isFirst = _requests.AddOrUpdate(key, 1, (_, times) => times + 1) == 1;
        var fault = isFirst ? FaultOf(key) : Fault.None;
        if (fault == Fault.Unavailable)
        {
            response.StatusCode = 503;
            response.Close();
            return;
        }

        var order = JsonElement.Parse(body);
        if (order.TryGetProperty("cardToken", out var token) && token.GetString() == "tok_slow")
        {
            await Task.Delay(SlowCardDelay);
        }

        var (status, answer) = Execute(request.Url!.AbsolutePath, key, body, order);
        var content = Encoding.UTF8.GetBytes(answer);
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength64 = content.Length;
        if (fault == Fault.LosesAnswer)
        {
            // One byte is sent first: without any byte of a response, the HTTP client itself would retry the request.
            await response.OutputStream.WriteAsync(content.AsMemory(0, 1));
            await response.OutputStream.FlushAsync();
            response.Abort();
            return;
        }

        response.Close(content, willBlock: false);
    }

    private (int Status, string Answer) Execute(string path, string key, string body, JsonElement request)
    {
        lock (_lock)
        {
            if (!_answers.TryGetValue($"{path} {key}", out var given))
            {
                var (status, answer) = path.EndsWith("refunds", StringComparison.Ordinal) ? Refund(request) : Charge(request);
                _answers[$"{path} {key}"] = given = (body, status, answer);
            }

            return given.Body == body ? (given.Status, given.Answer) : (422, """{"status":"idempotency_mismatch"}""");
        }
    }

    private (int Status, string Answer) Charge(JsonElement request)
    {
        if (request.GetProperty("cardToken").GetString() == Guests.DeclinedCard)
        {
            return (402, """{"status":"declined"}""");
        }

        var account = AccountOf(request);
        _accounts[account.OrderId] = account with { Charges = account.Charges + 1, Charged = account.Charged + AmountOf(request) };
        return (200, Answer("paid", $"pay_{account.OrderId}_{account.Charges + 1}"));
    }

    private (int Status, string Answer) Refund(JsonElement request)
    {
        var account = AccountOf(request);
        if (account.Charged == 0)
        {
            return (200, """{"status":"nothing_paid"}""");
        }

        var amount = Math.Min(AmountOf(request), account.Charged - account.Refunded);
        _accounts[account.OrderId] = account with { Refunded = account.Refunded + amount };
        return (200, Answer("refunded", $"ref_{account.OrderId}"));
    }

    private ProviderAccount AccountOf(JsonElement request)
    {
        var id = request.GetProperty("orderId").GetString()!;
        return _accounts.GetValueOrDefault(id) ?? new(id, 0, 0, 0);
    }

    private static decimal AmountOf(JsonElement request) => request.GetProperty("amount").GetDecimal();

    private static string Answer(string status, string reference) => $$"""{"status":"{{status}}","reference":"{{reference}}"}""";

    // The key determines the fault, so that it is the same in every run: keys derive from order ids, which derive from the guests' keys.
    private static Fault FaultOf(string key) =>
        int.Parse(key.Where(char.IsAsciiHexDigit).TakeLast(2).ToArray(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) switch
        {
            < 8 => Fault.LosesAnswer,
            < 16 => Fault.Unavailable,
            _ => Fault.None,
        };

    private enum Fault
    {
        None,
        Unavailable,
        LosesAnswer,
    }
}
