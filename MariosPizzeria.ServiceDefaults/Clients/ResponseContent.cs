using System.Net.Http.Json;
using System.Text.Json;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>How the body of another service's answer is read.</summary>
public static class ResponseContent
{
    /// <summary>The body as a value.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="service">Whom a failure is laid to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ServiceUnavailableException">
    /// It is cut, stalls, is no JSON, or is not that value: no answer, whatever its status says.
    /// </exception>
    public static async Task<T> ReadAsync<T>(this HttpResponseMessage response, string service, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(PizzeriaJson.Options, cancellationToken)
                ?? throw new JsonException("The body is null.");
        }
        catch (Exception e)
            // InvalidOperationException: a character set that is not known.
            when (e is HttpRequestException or IOException or JsonException or InvalidOperationException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw new ServiceUnavailableException(service, e);
        }
    }
}
