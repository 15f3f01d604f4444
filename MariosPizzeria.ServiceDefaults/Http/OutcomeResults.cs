using MariosPizzeria.Contracts;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>How an operation's outcome becomes an HTTP answer.</summary>
public static class OutcomeResults
{
    /// <summary>200 with the value, or the fault's problem document.</summary>
    public static IResult ToOk<T, TResponse>(this Outcome<T> outcome, Func<T, TResponse> toResponse) =>
        outcome.Succeeded ? Results.Ok(toResponse(outcome.Value)) : outcome.Fault.ToProblem();

    /// <summary>201 with the value and where it is, or the fault's problem document.</summary>
    public static IResult ToCreated<T, TResponse>(this Outcome<T> outcome, Func<T, string> location, Func<T, TResponse> toResponse) =>
        outcome.Succeeded ? Results.Created(location(outcome.Value), toResponse(outcome.Value)) : outcome.Fault.ToProblem();
}
