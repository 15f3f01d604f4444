namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>Converts an operation's result to an HTTP response.</summary>
public static class OutcomeResults
{
    /// <summary>Returns 200 with the value, or the error's problem document.</summary>
    public static IResult ToOk<T, TResponse>(this Result<T> outcome, Func<T, TResponse> toResponse) =>
        outcome.Succeeded ? Results.Ok(toResponse(outcome.Value)) : outcome.Error.ToProblem();

    /// <summary>Returns 201 with the value and its location, or the error's problem document.</summary>
    public static IResult ToCreated<T, TResponse>(this Result<T> outcome, Func<T, string> location, Func<T, TResponse> toResponse) =>
        outcome.Succeeded ? Results.Created(location(outcome.Value), toResponse(outcome.Value)) : outcome.Error.ToProblem();
}
