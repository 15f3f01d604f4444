using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>A final response: a retry would not change it.</summary>
/// <param name="Status">The status code; 0 if there was no final response in time.</param>
/// <param name="Body">The JSON; undefined if there is none.</param>
/// <param name="IsReplayed">Whether the response says that it repeats an earlier one.</param>
/// <param name="Address">The address that sent the response.</param>
internal sealed record Answer(int Status, JsonElement Body, bool IsReplayed, Uri Address)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The last segment of the problem's type; null if the response is not a problem document.</summary>
    public string? Slug =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            ? type.GetString()!.Split('/')[^1]
            : null;

    public override string ToString() => Status == 0 ? "no answer" : $"{Status} {Slug}".TrimEnd();
}

/// <summary>
/// Sends requests as a client that loses nothing: it retries the same request with the same idempotency key, at one gateway after the
/// other, until it has a final response. Responses that violate the API's contract (§2) are recorded.
/// </summary>
internal sealed class ApiCaller(IReadOnlyList<Uri> gateways) : IDisposable
{
    /// <summary>The time after which a request without a final response is given up, because the system does not recover.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = AttemptTimeout };
    private readonly ConcurrentDictionary<string, int> _unclear = new(StringComparer.Ordinal);
    private int _turn;

    /// <summary>The responses that no client should get, and the number of each.</summary>
    public IReadOnlyDictionary<string, int> Unclear => _unclear;

    /// <summary>The number of attempts that got no response, 503, 429 or "still in progress", and were therefore repeated.</summary>
    public int Repeated => _repeated;

    private int _repeated;

    /// <summary>Records a response that violates the API's contract.</summary>
    public void RecordUnclear(string what) => _unclear.AddOrUpdate(what, 1, (_, times) => times + 1);

    /// <summary>Sends a request until there is a final response.</summary>
    /// <param name="account">The account whose token is sent; null for none.</param>
    /// <param name="path">The path and query.</param>
    /// <param name="body">The body, sent as JSON; null for none.</param>
    /// <param name="key">The idempotency key; null for none.</param>
    public async Task<Answer> SendAsync(
        Account? account,
        HttpMethod method,
        string path,
        object? body,
        string? key,
        CancellationToken cancellation
    )
    {
        var content = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web);
        var started = Stopwatch.GetTimestamp();
        for (var pause = ShortestPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var address = gateways[(int)((uint)Interlocked.Increment(ref _turn) % (uint)gateways.Count)];
            var token = account is null ? null : await account.TokenAsync(this, cancellation);
            var (answer, retryAfter) = await TryAsync(address, token, method, path, content, key, cancellation);
            if (answer is not null)
            {
                return answer;
            }

            if (Stopwatch.GetElapsedTime(started) > AnswerTimeout)
            {
                return new(0, default, IsReplayed: false, address);
            }

            Interlocked.Increment(ref _repeated);
            await Task.Delay(retryAfter is { } told && told < pause ? told : pause, cancellation);
        }
    }

    public Task<Answer> GetAsync(Account account, string path, CancellationToken cancellation) =>
        SendAsync(account, HttpMethod.Get, path, body: null, key: null, cancellation);

    public Task<Answer> PostAsync(Account account, string path, object? body, string key, CancellationToken cancellation) =>
        SendAsync(account, HttpMethod.Post, path, body, key, cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<(Answer? Answer, TimeSpan? RetryAfter)> TryAsync(
        Uri address,
        string? token,
        HttpMethod method,
        string path,
        byte[]? content,
        string? key,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path));
        if (content is not null)
        {
            request.Content = new ByteArrayContent(content) { Headers = { ContentType = new("application/json") } };
        }

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsByteArrayAsync(cancellation);
            var media = response.Content.Headers.ContentType?.MediaType;
            var isJson = media is "application/json" or "application/problem+json";
            var answer = new Answer(
                (int)response.StatusCode,
                isJson && text.Length > 0 ? JsonElement.Parse(text) : default,
                response.Headers.Contains("Idempotency-Replayed"),
                address
            );
            Check(answer, media, response.Headers.RetryAfter is not null, $"{method} {path}");
            return (IsFinal(answer) ? answer : null, response.Headers.RetryAfter?.Delta);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, null);
        }
        catch (JsonException)
        {
            RecordUnclear($"{method} {path}: an answer with invalid JSON");
            return (null, null);
        }
    }

    private static bool IsFinal(Answer answer) =>
        answer.Status is not (401 or 429 or >= 500) && answer is not { Status: 409, Slug: "idempotency-in-progress" };

    private void Check(Answer answer, string? media, bool hasRetryAfter, string request)
    {
        if (answer.Status is >= 500 and not 503)
        {
            RecordUnclear($"{request}: {answer}");
        }
        else if (answer.Status >= 400 && (media != "application/problem+json" || answer.Slug is null))
        {
            RecordUnclear($"{request}: {answer.Status} without a problem document");
        }
        else if (answer.Status is 429 or 503 && !hasRetryAfter)
        {
            RecordUnclear($"{request}: {answer} without Retry-After");
        }
        else if (answer.Status is 401 or 403)
        {
            RecordUnclear($"{request}: {answer} for a valid token");
        }
    }
}

/// <summary>A signed-in account; its token is renewed before it expires.</summary>
internal sealed class Account(string username, string password) : IDisposable
{
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(30);

    private readonly SemaphoreSlim _signingIn = new(1);
    private (string Token, long At)? _signedIn;

    public string Username => username;

    /// <summary>Returns a token that is valid for at least some minutes.</summary>
    /// <exception cref="PizzeriaException">The account can't sign in.</exception>
    public async Task<string> TokenAsync(ApiCaller caller, CancellationToken cancellation)
    {
        await _signingIn.WaitAsync(cancellation);
        try
        {
            if (_signedIn is not { } before || Stopwatch.GetElapsedTime(before.At) > RenewAfter)
            {
                var request = new { username, password };
                var answer = await caller.SendAsync(account: null, HttpMethod.Post, "/api/auth/token", request, key: null, cancellation);
                _signedIn = answer.IsSuccess
                    ? (answer.Body.GetProperty("access_token").GetString()!, Stopwatch.GetTimestamp())
                    : throw new PizzeriaException($"{username} can't sign in: {answer}.");
            }

            return _signedIn.Value.Token;
        }
        finally
        {
            _signingIn.Release();
        }
    }

    public void Dispose() => _signingIn.Dispose();
}
