namespace MariosPizzeria.ProcessHost.Verification;

/// <summary>The result for one factor on the running system.</summary>
/// <param name="Factor">The number, I to XII.</param>
/// <param name="Holds">Whether every check passed.</param>
/// <param name="Seen">The findings, in one line.</param>
internal sealed record VerificationResult(string Factor, string Name, bool Holds, string Seen);

/// <summary>Thrown if a factor does not hold; the message describes the finding.</summary>
internal sealed class VerificationException(string message) : Exception(message)
{
    /// <summary>Throws unless the condition holds.</summary>
    public static void Unless(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new VerificationException(otherwise);
        }
    }
}
