namespace MariosPizzeria.ProcessHost;

/// <summary>An error that the user can fix: only its message is shown, and the command exits with 1.</summary>
public sealed class PizzeriaException(string message, Exception? innerException = null) : Exception(message, innerException);
