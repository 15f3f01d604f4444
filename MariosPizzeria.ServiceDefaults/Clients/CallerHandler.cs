using System.Net.Http.Headers;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Logging;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>
/// Gives a call to another service the correlation id and this process's token, unless it has one already, or the client calls on behalf
/// of users: then <paramref name="tokens"/> is null.
/// </summary>
internal sealed class CallerHandler(Tokens? tokens, ServiceIdentity identity) : DelegatingHandler
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
