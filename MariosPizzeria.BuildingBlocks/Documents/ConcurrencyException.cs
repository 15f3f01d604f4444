namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>
/// Another process is changing or handling the same thing. Nothing was done; the same call may succeed later. An HTTP client gets 503
/// <c>unavailable</c>; a message is redelivered, and that does not count as a failed attempt.
/// </summary>
/// <param name="message">What is being changed, and by whom.</param>
public sealed class ConcurrencyException(string message) : Exception(message);
