using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.ApiDocs;

namespace MariosPizzeria.Gateways.Sessions;

/// <summary>What the session's routes say of themselves in the API's document.</summary>
internal static class SessionApi
{
    public static readonly ApiDescription SignIn = new("signIn", "Begins a session: the cookie is in the answer")
    {
        Answer = typeof(SignedIn),
        Problems = [Slugs.Unauthenticated, Slugs.RateLimited],
        Example = new SignInRequest("customer", "test"),
    };

    public static readonly ApiDescription SignOut = new("signOut", "Ends the session, if there is one")
    {
        Status = StatusCodes.Status204NoContent,
        Problems = [Slugs.Forbidden],
    };

    public static readonly ApiDescription WhoAmI = new("whoAmI", "Who is signed in, and the session's proof")
    {
        Answer = typeof(Me),
        NeedsUser = true,
    };
}
