using System.Text.Json;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Verification.Factors;

namespace MariosPizzeria.ProcessHost.Verification;

/// <summary>The twelve factors (12factor.net), each shown on a running system, by doing to it what the factor is for.</summary>
internal sealed class TwelveFactors(Subject subject, AspireManifest manifest)
{
    /// <summary>Every factor, in their order.</summary>
    public IReadOnlyList<IFactor> All { get; } =
    [
        new Codebase(subject, manifest),
        new Dependencies(subject, manifest),
        new Config(subject),
        new BackingServices(subject),
        new BuildReleaseRun(subject, manifest),
        new Processes(subject),
        new PortBinding(subject),
        new Concurrency(subject),
        new Disposability(subject),
        new DevProdParity(subject, manifest),
        new Logs(subject, manifest),
        new AdminProcesses(subject),
    ];

    /// <summary>One after the other, for some take processes away from the others.</summary>
    /// <param name="only">The factors to look at; none is all.</param>
    /// <param name="report">Told of each as soon as it is known.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<Evidence>> ShowAsync(
        IReadOnlyCollection<string> only,
        Action<Evidence> report,
        CancellationToken cancellation
    )
    {
        var seen = new List<Evidence>();
        foreach (var factor in All.Where(each => only.Count == 0 || only.Contains(each.Number)))
        {
            Evidence evidence;
            try
            {
                evidence = new Evidence(factor.Number, factor.Name, Holds: true, await factor.ShowAsync(cancellation));
            }
            catch (Exception e)
                when (e is VerificationException or PizzeriaException or HttpRequestException or IOException or JsonException)
            {
                evidence = new Evidence(factor.Number, factor.Name, Holds: false, e.Message);
            }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
            {
                evidence = new Evidence(factor.Number, factor.Name, Holds: false, $"no answer in time: {e.Message}");
            }

            report(evidence);
            seen.Add(evidence);
        }

        return seen;
    }
}
