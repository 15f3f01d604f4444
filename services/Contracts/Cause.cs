namespace MariosPizzeria.Contracts;

/// <summary>The cause of a change: who made it, when, and in which request. Every event carries it.</summary>
/// <param name="Actor">Id of the user, or the process type that acted on its own (<c>worker</c>, <c>scheduler</c>).</param>
/// <param name="At">The moment, UTC.</param>
/// <param name="CorrelationId">Id that is common to everything that one request caused, in all processes.</param>
/// <param name="TraceId">W3C trace id (32 hex digits), if there is a trace.</param>
public sealed record Cause(string Actor, DateTimeOffset At, string? CorrelationId = null, string? TraceId = null);
