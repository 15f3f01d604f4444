using System.Net.Http.Headers;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Logging;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>
/// Sends each attempt to the next replica, with this process's token (unless the request has one, or calls on behalf of users) and the
/// correlation id. A replica that refuses the connection has seen nothing of the request, so the next one gets it, whatever the method.
/// </summary>
internal sealed class ReplicaHandler(Rotation replicas, Tokens? tokens, ServiceIdentity identity) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;

        // A call on a user's behalf brings that user's token.
        if (tokens is not null)
        {
            request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", tokens.ForService(identity.Name));
        }

        if (Correlation.Id is { } correlation && !request.Headers.Contains(Correlation.Header))
        {
            request.Headers.Add(Correlation.Header, correlation);
        }

        for (var tried = 1; ; tried++)
        {
            var replica = replicas.Next();
            request.RequestUri = new Uri(replica, path);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (Exception e) when (WasNotReached(e, cancellationToken))
            {
                replicas.Refused(replica);
                if (tried >= replicas.Count)
                {
                    throw new HttpRequestException(HttpRequestError.ConnectionError, "No replica can be reached.", e);
                }
            }
        }
    }

    // The client reports a connection that could not be made in time as a cancellation, though nobody cancelled.
    private static bool WasNotReached(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
        || (exception is OperationCanceledException { InnerException: TimeoutException } && !cancellationToken.IsCancellationRequested);
}
