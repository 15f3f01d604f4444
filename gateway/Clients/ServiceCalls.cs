using System.Net;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.ServiceDefaults.Clients;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>
/// Calls services on behalf of the visitor and returns a <see cref="Result{T}"/> instead of throwing. The error of a refused call is the
/// service's own; if the service does not answer, the error is <c>unavailable</c>.
/// </summary>
internal static class ServiceCalls
{
    public static Task<Result<T>> GetAsync<T>(this HttpClient http, Visitor visitor, string path, CancellationToken cancellationToken) =>
        SendAsync<T>(http, visitor, new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

    /// <summary>POSTs a body and returns the value of the response.</summary>
    /// <param name="path">The relative path, such as <c>api/orders</c>.</param>
    /// <param name="body">The body, sent as JSON; null for none.</param>
    /// <param name="key">The idempotency key, which makes the call repeatable; null for none.</param>
    public static Task<Result<T>> PostAsync<T>(
        this HttpClient http,
        Visitor visitor,
        string path,
        object? body,
        string? key,
        CancellationToken cancellationToken
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) };
        if (key is not null)
        {
            request.Headers.Add(IdempotencyFilter.Header, key);
            request.Options.Set(ServiceRequest.Repeatable, value: true);
        }

        return SendAsync<T>(http, visitor, request, cancellationToken);
    }

    /// <summary>PUTs a body and returns the value of the response.</summary>
    /// <param name="path">The relative path, such as <c>api/profile</c>.</param>
    /// <param name="body">The body, sent as JSON.</param>
    /// <param name="version">The expected version, otherwise the call fails with <c>version-conflict</c>; null for any.</param>
    public static Task<Result<T>> PutAsync<T>(
        this HttpClient http,
        Visitor visitor,
        string path,
        object body,
        CancellationToken cancellationToken,
        long? version = null
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = Json(body) }.IfMatch(version);
        request.Options.Set(ServiceRequest.Repeatable, value: true);
        return SendAsync<T>(http, visitor, request, cancellationToken);
    }

    /// <summary>DELETEs a resource. Returns null on success, otherwise the error.</summary>
    /// <param name="version">The expected version, otherwise the call fails with <c>version-conflict</c>.</param>
    public static async Task<Error?> DeleteAsync(
        this HttpClient http,
        Visitor visitor,
        string path,
        long version,
        CancellationToken cancellationToken
    ) =>
        (
            await SendAsync<object?>(http, visitor, new HttpRequestMessage(HttpMethod.Delete, path).IfMatch(version), cancellationToken)
        ).Error;

    /// <summary>Sends a request that the caller built, and disposes it.</summary>
    public static async Task<Result<T>> SendAsync<T>(
        this HttpClient http,
        Visitor visitor,
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        using (request)
        {
            if (visitor.Token() is { } token)
            {
                request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token);
            }

            try
            {
                using var response = await http.SendAsync(request, cancellationToken);
                return response.StatusCode == HttpStatusCode.NoContent ? default(T)!
                    : response.IsSuccessStatusCode ? await response.ReadAsync<T>("service", cancellationToken)
                    : await FaultOfAsync(response, cancellationToken);
            }
            catch (Exception e)
                when (e is ServiceUnavailableException or HttpRequestException
                    // The client's timeout.
                    || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                )
            {
                return NoAnswer();
            }
        }
    }

    private static HttpRequestMessage IfMatch(this HttpRequestMessage request, long? version)
    {
        if (version is { } expected)
        {
            request.Headers.Add(HeaderNames.IfMatch, BuildingBlocks.Http.IfMatch.TagOf(expected));
        }

        return request;
    }

    private static JsonContent? Json(object? body) =>
        body is null ? null : JsonContent.Create(body, body.GetType(), options: PizzeriaJson.Options);

    private static async Task<Error> FaultOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json")
        {
            return NoAnswer();
        }

        var problem = await response.ReadAsync<ProblemDocument>("service", cancellationToken);
        return Problems.IsKnown(problem.Slug)
            ? new Error(problem.Slug, problem.Detail)
            {
                Errors = problem.Errors,
                RetryAfter = response.Headers.RetryAfter?.Delta,
                IsPrecondition = response.StatusCode == HttpStatusCode.PreconditionFailed,
            }
            : Problems.Of(problem.Status);
    }

    private static Error NoAnswer() => Error.Unavailable("A service of the pizzeria does not answer.");
}
