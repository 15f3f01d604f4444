namespace MariosPizzeria.BuildingBlocks.Security;

/// <summary>For endpoints that exist only while the pizzeria keeps its accounts itself.</summary>
public static class LocalAccounts
{
    /// <summary>Responds with 404 and the address at which to sign in, if an <see cref="Authority"/> keeps the accounts.</summary>
    public static RouteHandlerBuilder RequireLocalAccounts(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(
            async (context, next) =>
                context.HttpContext.RequestServices.GetService<Authority>() is { } authority
                    ? UseLocalAccounts(authority).ToProblem()
                    : await next(context)
        );

    /// <summary>The error for requests about accounts that an authority keeps.</summary>
    public static Error UseLocalAccounts(Authority authority) =>
        new(ErrorCodes.NotFound, $"Accounts are not managed here: sign in at {authority.Address.AbsoluteUri} and send a token from it.");
}
