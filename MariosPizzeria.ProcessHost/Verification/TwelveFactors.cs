using MariosPizzeria.ProcessHost.Verification.Factors;

namespace MariosPizzeria.ProcessHost.Verification;

/// <summary>The twelve factors (12factor.net), each verified by an experiment on a running system.</summary>
internal sealed class TwelveFactors(RunningSystem subject)
{
    public IReadOnlyList<Factor> All { get; } =
    [
        new Codebase(subject),
        new Dependencies(subject),
        new Config(subject),
        new BackingServices(subject),
        new BuildReleaseRun(subject),
        new Processes(subject),
        new PortBinding(subject),
        new Concurrency(subject),
        new Disposability(subject),
        new DevProdParity(subject),
        new Logs(subject),
        new AdminProcesses(subject),
    ];

    /// <summary>Verifies the factors one after the other, because some stop processes that others need.</summary>
    /// <param name="only">The numbers of the factors to verify; empty for all.</param>
    /// <param name="report">Called with each result as soon as it is known.</param>
    public async Task<List<VerificationResult>> VerifyAsync(string[] only, Action<VerificationResult> report)
    {
        var seen = new List<VerificationResult>();
        foreach (var factor in All.Where(each => only.Length == 0 || only.Contains(each.Number)))
        {
            VerificationResult evidence;
            try
            {
                evidence = new VerificationResult(factor.Number, factor.Name, Holds: true, await factor.VerifyAsync());
            }
            catch (Exception e)
                when (e is VerificationException or PizzeriaException or HttpRequestException or IOException or JsonException)
            {
                evidence = new VerificationResult(factor.Number, factor.Name, Holds: false, e.Message);
            }
            catch (OperationCanceledException e) when (!subject.Cancellation.IsCancellationRequested)
            {
                evidence = new VerificationResult(factor.Number, factor.Name, Holds: false, $"no answer in time: {e.Message}");
            }

            report(evidence);
            seen.Add(evidence);
        }

        return seen;
    }
}
