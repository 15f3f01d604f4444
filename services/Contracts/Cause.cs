namespace MariosPizzeria.Contracts;

/// <summary>Who makes something happen, when, and in the course of what; every event carries it.</summary>
/// <param name="Actor">Id of the user, or the process type that acted on its own (<c>worker</c>, <c>scheduler</c>).</param>
/// <param name="At">The moment, UTC.</param>
/// <param name="CorrelationId">Common to all that one request set off, through every process.</param>
/// <param name="TraceId">W3C trace id (32 hex digits) where there is a trace.</param>
public sealed record Cause(string Actor, DateTimeOffset At, string? CorrelationId = null, string? TraceId = null);
