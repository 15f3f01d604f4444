using System.Net;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>
/// How a page asks a service: on behalf of the visitor whose page it is, and with an outcome in place of an exception, whatever
/// becomes of the call. What a service refuses is its own fault, passed on; one that does not answer is <c>unavailable</c>.
/// </summary>
internal static class ServiceCalls
{
    /// <summary>GETs a value.</summary>
    public static Task<Outcome<T>> Get<T>(this HttpClient http, Visitor visitor, string path, CancellationToken cancellationToken) =>
        Send<T>(http, visitor, new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

    /// <summary>POSTs a body and gives the answer's value.</summary>
    /// <param name="http">The service's client.</param>
    /// <param name="visitor">On whose behalf.</param>
    /// <param name="path">Relative: <c>api/orders</c>.</param>
    /// <param name="body">Becomes JSON; null for a call without one.</param>
    /// <param name="key">The idempotency key, with which the call may be repeated.</param>
    /// <param name="cancellationToken">Of the visitor's request.</param>
    public static Task<Outcome<T>> Post<T>(
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

        return Send<T>(http, visitor, request, cancellationToken);
    }

    /// <summary>PUTs a body and gives the answer's value.</summary>
    /// <param name="http">The service's client.</param>
    /// <param name="visitor">On whose behalf.</param>
    /// <param name="path">Relative: <c>api/profile</c>.</param>
    /// <param name="body">Becomes JSON.</param>
    /// <param name="cancellationToken">Of the visitor's request.</param>
    /// <param name="version">The only one that is changed, else <c>version-conflict</c>; null for whatever it is.</param>
    public static Task<Outcome<T>> Put<T>(
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
        return Send<T>(http, visitor, request, cancellationToken);
    }

    /// <summary>DELETEs what is at an address; null where that was done.</summary>
    /// <param name="http">The service's client.</param>
    /// <param name="visitor">On whose behalf.</param>
    /// <param name="path">Relative.</param>
    /// <param name="version">The only one that is deleted, else <c>version-conflict</c>.</param>
    /// <param name="cancellationToken">Of the visitor's request.</param>
    public static async Task<Fault?> Delete(
        this HttpClient http,
        Visitor visitor,
        string path,
        long version,
        CancellationToken cancellationToken
    ) => (await Send<object?>(http, visitor, new HttpRequestMessage(HttpMethod.Delete, path).IfMatch(version), cancellationToken)).Fault;

    /// <summary>Sends a request that is made by hand.</summary>
    public static async Task<Outcome<T>> Send<T>(
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
                    : await FaultOf(response, cancellationToken);
            }
            catch (Exception e)
                when (e is ServiceUnavailableException or HttpRequestException
                    // The client's own time limit.
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
            request.Headers.Add(HeaderNames.IfMatch, ServiceDefaults.Http.IfMatch.TagOf(expected));
        }

        return request;
    }

    private static JsonContent? Json(object? body) =>
        body is null ? null : JsonContent.Create(body, body.GetType(), options: PizzeriaJson.Options);

    private static async Task<Fault> FaultOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json")
        {
            return NoAnswer();
        }

        var problem = await response.ReadAsync<ProblemDocument>("service", cancellationToken);
        var slug = problem.Type[(problem.Type.LastIndexOf('/') + 1)..];
        return Problems.Knows(slug)
            ? new Fault(slug, problem.Detail)
            {
                Errors = problem.Errors,
                RetryAfter = response.Headers.RetryAfter?.Delta,
                IsPrecondition = response.StatusCode == HttpStatusCode.PreconditionFailed,
            }
            : Problems.Of(problem.Status);
    }

    private static Fault NoAnswer() => Fault.Unavailable("A service of the pizzeria does not answer.");
}
