using System.Text.Json;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>Reads the body of another service's response.</summary>
public static class ResponseContent
{
    /// <summary>Reads the body as a value.</summary>
    /// <param name="service">The service that is named in a failure.</param>
    /// <exception cref="ServiceUnavailableException">
    /// The body is cut off, stalls, is not JSON, or is not that value; it counts as no response, whatever the status.
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
