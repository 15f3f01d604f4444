using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.ServiceDefaults.Security;

/// <summary>For what is only there while the pizzeria keeps its accounts itself.</summary>
public static class OwnAccounts
{
    /// <summary>Answers 404, saying where to sign in, where an <see cref="Authority"/> keeps the accounts.</summary>
    public static RouteHandlerBuilder OnlyWithOwnAccounts(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(
            async (context, next) =>
                context.HttpContext.RequestServices.GetService<Authority>() is { } authority
                    ? AreKeptBy(authority).ToProblem()
                    : await next(context)
        );

    /// <summary>Why nothing can be done about an account here.</summary>
    public static Fault AreKeptBy(Authority authority) =>
        new(Slugs.NotFound, $"Accounts are not kept here: sign in at {authority.Address.AbsoluteUri} and bring a token of it.");
}
