namespace MariosPizzeria.ProcessHost.Verification;

/// <summary>What was seen of one factor on the running system.</summary>
/// <param name="Factor">I to XII.</param>
/// <param name="Name">The factor's name.</param>
/// <param name="Holds">Whether everything that was looked at is as it must be.</param>
/// <param name="Seen">What was seen, in one line.</param>
internal sealed record Evidence(string Factor, string Name, bool Holds, string Seen);

/// <summary>A factor does not hold; the message says what was seen instead.</summary>
internal sealed class VerificationException : Exception
{
    public VerificationException() { }

    public VerificationException(string message)
        : base(message) { }

    public VerificationException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>Throws unless it is so.</summary>
    public static void Unless(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new VerificationException(otherwise);
        }
    }
}
