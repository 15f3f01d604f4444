using System.Net;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Limits;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>Asks the Order service about accounts.</summary>
public sealed class AccountsClient(HttpClient http, ClientAddress clientAddress)
{
    /// <summary>Whose username and password these are.</summary>
    /// <param name="username">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="context">The browser's request: wrong passwords are counted by where they come from.</param>
    /// <returns>The account; <c>unauthenticated</c> where they are nobody's, <c>rate-limited</c> after too many wrong ones,
    /// <c>unavailable</c> where Order does not answer.</returns>
    public async Task<Outcome<VerifiedResponse>> Verify(string username, string password, HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        using var request = new HttpRequestMessage(HttpMethod.Post, "internal/auth/verify")
        {
            Content = JsonContent.Create(new SignInRequest(username, password), options: PizzeriaJson.Options),
        };
        request.Headers.Add(ClientAddress.Header, clientAddress.Seal(RateLimits.Network(context.Connection.RemoteIpAddress)));
        request.Options.Set(ServiceRequest.Repeatable, value: true);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.ReadAsync<VerifiedResponse>("order", cancellationToken),
                // Text that Order does not even read is nobody's.
                HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest => new Fault(
                    Slugs.Unauthenticated,
                    "The username or the password is wrong."
                ),
                HttpStatusCode.TooManyRequests => new Fault(Slugs.RateLimited, "Too many failed sign-ins; wait before the next.")
                {
                    RetryAfter = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromMinutes(1),
                },
                _ => Fault.Unavailable("Signing in is not possible right now."),
            };
        }
        catch (ServiceUnavailableException)
        {
            return Fault.Unavailable("Signing in is not possible right now.");
        }
    }
}
