namespace MariosPizzeria.ProcessHost.Verification;

/// <summary>One of the twelve factors, which can be shown on a running system.</summary>
internal interface IFactor
{
    /// <summary>I to XII.</summary>
    string Number { get; }

    /// <summary>As 12factor.net calls it.</summary>
    string Name { get; }

    /// <summary>Does to the system what the factor is for.</summary>
    /// <returns>What was seen, in one line.</returns>
    /// <exception cref="VerificationException">The factor does not hold.</exception>
    Task<string> ShowAsync(CancellationToken cancellation);
}
