using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.ServiceDefaults.ApiDocs;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>What the session's routes say of themselves in the API's document.</summary>
internal static class SessionApi
{
    public static readonly ApiDescription SignIn = new("signIn", "Begins a session: the cookie is in the answer")
    {
        Answer = new SignedIn(new("5f0c2e3b9d7a4c1e8b6a0d4f2c9e7a1b", "Ada", ["customer"])),
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
        Answer = new Me("5f0c2e3b9d7a4c1e8b6a0d4f2c9e7a1b", "ada", "Ada", ["customer"], CsrfToken: "mXk3…"),
        NeedsUser = true,
    };
}
