using System.Net;
using MariosPizzeria.Gateway.Limits;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>Verifies credentials with the Order service.</summary>
public sealed class AccountsClient(HttpClient http, SealedClientAddress clientAddress)
{
    /// <summary>Returns the account of a username and password.</summary>
    /// <param name="context">The browser's request; wrong passwords are counted per client address.</param>
    /// <returns>The account; <c>unauthenticated</c> if the username or password is wrong, <c>rate-limited</c> after too many wrong ones,
    /// <c>unavailable</c> if Order does not answer.</returns>
    public async Task<Result<VerifiedResponse>> VerifyAsync(string username, string password, HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        using var request = ServiceRequest.RepeatablePost("internal/auth/verify", new SignInRequest(username, password));
        request.Headers.Add(SealedClientAddress.Header, clientAddress.Sign(RateLimits.Network(context.Connection.RemoteIpAddress)));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.ReadAsync<VerifiedResponse>("order", cancellationToken),
                // Order rejects some texts as invalid; they cannot be the credentials of an account.
                HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest => new Error(
                    ErrorCodes.Unauthenticated,
                    "The user name or the password is wrong."
                ),
                HttpStatusCode.TooManyRequests => new Error(ErrorCodes.RateLimited, "Too many failed sign-ins; wait before the next.")
                {
                    RetryAfter = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromMinutes(1),
                },
                _ => Error.Unavailable("Signing in is not possible right now."),
            };
        }
        catch (ServiceUnavailableException)
        {
            return Error.Unavailable("Signing in is not possible right now.");
        }
    }
}
