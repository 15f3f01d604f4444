using System.Net.Http.Headers;
using MariosPizzeria.ServiceDefaults.Logging;

namespace MariosPizzeria.BuildingBlocks.Clients;

/// <summary>
/// Adds the correlation id and this process's token to a request to another service, unless the request has them already. If the client
/// calls on behalf of users, <paramref name="tokens"/> is null and no token is added.
/// </summary>
internal sealed class CallerHandler(AccessTokenIssuer? tokens, ServiceIdentity identity) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (tokens is not null)
        {
            request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", tokens.ForService(identity.Name));
        }

        if (Correlation.Id is { } correlation && !request.Headers.Contains(Correlation.Header))
        {
            request.Headers.Add(Correlation.Header, correlation);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
