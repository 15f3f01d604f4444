namespace MariosPizzeria.ProcessHost.Verification;

/// <summary>One of the twelve factors, which is verified on a running system.</summary>
/// <param name="number">The number, I to XII.</param>
/// <param name="name">The name on 12factor.net.</param>
internal abstract class Factor(string number, string name)
{
    public string Number => number;

    public string Name => name;

    /// <summary>Verifies the factor by an experiment on the system.</summary>
    /// <returns>The findings, in one line.</returns>
    /// <exception cref="VerificationException">The factor does not hold.</exception>
    public abstract Task<string> VerifyAsync();

    private protected static void Unless(bool condition, string otherwise) => VerificationException.Unless(condition, otherwise);
}
