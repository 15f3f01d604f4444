namespace MariosPizzeria.ProcessHost;

/// <summary>A fault the user can mend: its message is all that is shown of it, and the command exits with 1.</summary>
public sealed class PizzeriaException : Exception
{
    public PizzeriaException() { }

    public PizzeriaException(string message)
        : base(message) { }

    public PizzeriaException(string message, Exception innerException)
        : base(message, innerException) { }
}
